// tests/codec/sample_records.h: one record of each type with every field set, none to its default,
// and comparison field by field. The structured bindings name every field, so that a field that is
// added to a record does not compile here until it is compared.
#ifndef LATCHKEY_TESTS_CODEC_SAMPLE_RECORDS_H_
#define LATCHKEY_TESTS_CODEC_SAMPLE_RECORDS_H_

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/codec/records.h"

namespace latchkey::codec {

template <std::size_t N>
std::array<std::uint8_t, N> Filled(std::uint8_t first) {
  std::array<std::uint8_t, N> bytes;
  for (std::uint8_t& byte : bytes) byte = first++;
  return bytes;
}
inline KeyId SampleKey(std::uint8_t first) { return KeyId(Filled<16>(first)); }
inline EntityTag SampleTag(std::uint64_t n) { return {.n = n, .nonce = Filled<16>(0xf8)}; }
// Odd microseconds, so that any coarser unit would show.
inline absl::Time SampleTime(std::int64_t n) {
  return absl::FromUnixMicros(1'700'000'000'000'001 + n);
}

inline base::KeyRecord SampleKeyRecord() {
  base::KeyRecord record;
  ApiKey& key = record.key;
  key.id = SampleKey(1);
  key.entity_tag = SampleTag(3);
  key.crn = "crn:v1:bluemix:public:iam-identity::a/acct::apikey:ApiKey-1";
  key.account_id = AccountId("acct");
  key.iam_id = IamId("IBMid-1");
  key.name = "Schlüssel \xf0\x9f\x94\x91";
  key.description = "for the build";
  key.created_at = SampleTime(0);
  key.created_by = IamId("IBMid-2");
  key.created_with = SampleKey(2);
  key.modified_at = SampleTime(1);
  key.state = KeyState::kDisabledLocked;
  key.expires_at = SampleTime(2);
  key.action_when_leaked = LeakAction::kDelete;
  key.support_sessions = key.issued_by_host = key.disabled_by_leak = true;
  record.owner_kind = IdentityKind::kServiceId;
  record.use_epoch = 5;
  record.last_secret_number = 9;
  record.secrets.resize(2);
  record.secrets[0].info = {9, SampleTime(3), IamId("IBMid-3"), std::nullopt, SampleKey(3)};
  record.secrets[0].verifier = {19'456, 2, Filled<16>(4), Filled<32>(5)};
  record.secrets[1].info = {7, SampleTime(4), IamId("IBMid-4"), SampleTime(5), std::nullopt};
  record.secrets[1].verifier = {8, 1, Filled<16>(6), Filled<32>(7)};
  record.made_with = {SampleKey(2), SampleKey(3)};
  BoundaryTerm term;
  term.accounts = {AccountId("acct"), AccountId("other")};
  term.services = {"kms"};
  term.actions = {"kms.secrets.list", "GET /keys"};
  term.resource = {{"region", AttributeOperator::kStringMatchAnyOf, {"eu-*", "us-*"}}};
  term.sources = {AddressRange::Parse("192.0.2.0/24").value()};
  term.not_before = SampleTime(6);
  term.not_after = SampleTime(7);
  key.boundary = {term, term};
  key.boundary[1].not_after.reset();
  return record;
}

inline base::KeyTombstone SampleTombstone() {
  return {SampleKey(1),
          AccountId("acct"),
          IamId("IBMid-1"),
          {SampleKey(2), SampleKey(3)},
          SampleTime(0)};
}

inline HistoryEntry SampleHistory() {
  return {SampleTime(0),         IamId("IBMid-1"), SampleKey(1), KeyCommand::kRotate, true, 4,
          {"name", "expires_at"}};
}

inline Identity SampleIdentity() {
  return {IamId("iam-ServiceId-1"),
          12,
          IdentityKind::kServiceId,
          IdentityState::kDeleted,
          "name",
          "words",
          AccountId("acct"),
          true,
          true,
          true,
          SampleTime(0),
          IamId("IBMid-1"),
          SampleTag(2)};
}

inline Account SampleAccount() {
  Account record;
  record.id = AccountId("acct");
  record.serial = 3;
  record.name = "name";
  record.owner = IamId("IBMid-1");
  record.state = AccountState::kSuspended;
  record.settings = {true,
                     true,
                     {ExternalMode::kLimited, {AccountId("a"), AccountId("b")}},
                     {ExternalMode::kMonitor, {AccountId("c")}},
                     40};
  record.created_at = SampleTime(0);
  record.entity_tag = SampleTag(8);
  return record;
}

inline Membership SampleMembership() {
  return {AccountId("acct"), IamId("IBMid-1"), MemberState::kSuspended,
          IamId("IBMid-2"),  SampleTime(0),    SampleTag(1)};
}

inline AccessGroup SampleGroup() {
  return {
      GroupId("AccessGroupId-1"), AccountId("acct"), "name", "words", SampleTime(0), SampleTag(1)};
}

inline Policy SamplePolicy() {
  Policy record;
  record.id = PolicyId("policy-1");
  record.serial = 77;
  record.account = AccountId("acct");
  record.subject = GroupId("AccessGroupId-1");
  record.roles = {RoleId("crn:role:Viewer"), RoleId("crn:role:Editor")};
  record.resource = {{"accountId", AttributeOperator::kStringEquals, {"acct"}},
                     {"region", AttributeOperator::kStringMatchAnyOf, {"us-*", "eu-*"}}};
  record.description = "words";
  record.state = PolicyState::kDeleted;
  record.created_at = SampleTime(0);
  record.created_by = IamId("IBMid-1");
  record.modified_at = SampleTime(1);
  record.modified_by = IamId("IBMid-2");
  record.entity_tag = SampleTag(4);
  record.rule = PolicyRule{
      RuleJoin::kOr,
      {RuleGroup{RuleJoin::kAnd,
                 {{"{{environment.attributes.day_of_week}}",
                   RuleOperator::kDayOfWeekAnyOf,
                   {"1+00:00", "2+00:00"}},
                  {"{{environment.attributes.current_time}}",
                   RuleOperator::kTimeGreaterThanOrEquals,
                   {"09:00:00-05:00"}}}},
       RuleGroup{std::nullopt,
                 {{"{{resource.attributes.path}}", RuleOperator::kStringMatch, {"pub/*"}}}}}};
  record.pattern = "time-based-conditions:once";
  record.tags = {{"project", AttributeOperator::kStringMatch, {"web*"}}};
  return record;
}

inline Policy SampleAuthorization() {
  Policy record = SamplePolicy();
  record.subject = IamId();
  record.type = PolicyType::kAuthorization;
  record.subject_attributes = {{"accountId", AttributeOperator::kStringEquals, {"other"}},
                               {"serviceName", AttributeOperator::kStringEquals, {"backup"}},
                               {"serviceInstance", AttributeOperator::kStringExists, {"true"}}};
  record.rule.reset();
  record.pattern.clear();
  record.tags.clear();
  return record;
}

inline Role SampleRole() {
  return {RoleId("crn:role:Viewer"), "Viewer", RoleKind::kPlatform, {"a.b.c", "d.e.f"}};
}

inline CustomRole SampleCustomRole() {
  return {RoleId("crn:customRole:Mine"), AccountId("acct"), "kms",       "Mine", "My role", "words",
          {"kms.a.b", "kms.c.d"},        SampleTime(0),     SampleTag(2)};
}

inline NetworkZone SampleZone() {
  NetworkZone record;
  record.id = ZoneId("zone-1");
  record.account = AccountId("acct");
  record.name = "Büro";
  record.description = "words";
  record.addresses = {AddressRange::Parse("10.0.0.0/8").value(),
                      AddressRange::Parse("2001:db8::1-2001:db8::9").value()};
  record.excluded = {AddressRange::Parse("10.1.2.3").value()};
  record.created_at = SampleTime(0);
  record.created_by = IamId("IBMid-1");
  record.modified_at = SampleTime(1);
  record.modified_by = IamId("IBMid-2");
  record.entity_tag = SampleTag(4);
  return record;
}

inline ContextRule SampleContextRule() {
  ContextRule record;
  record.id = ContextRuleId("rule-1");
  record.account = AccountId("acct");
  record.description = "words";
  record.resource = SamplePolicy().resource;
  record.contexts = {{{ZoneId("zone-1"), ZoneId("zone-2")}}, {{ZoneId("zone-3")}}};
  record.enforcement = Enforcement::kDisabled;
  record.created_at = SampleTime(0);
  record.created_by = IamId("IBMid-1");
  record.modified_at = SampleTime(1);
  record.modified_by = IamId("IBMid-2");
  record.entity_tag = SampleTag(4);
  return record;
}

inline base::ContextDigest SampleContextDigest() {
  return {AccountId("acct"), 3, 5, Filled<16>(1), Filled<16>(2)};
}

inline base::Activity SampleActivity() {
  return {SampleKey(1), {9, SampleTime(2)}, {{3, {4, SampleTime(2)}}, {1, {2, SampleTime(1)}}}};
}

inline Service SampleService() {
  return {"kms", "Key Protect", ServiceType::kPlatformService, "IAM", {}};
}

inline base::ChangeRecord SampleChange() {
  base::ChangeRecord record;
  record.revision = 1'234;
  record.at = SampleTime(0);
  record.actor = {
      Caller::Kind::kPrincipal, IamId("iam-Profile-1"), AccountId("acct"),
      IamId("IBMid-1"),         SampleKey(1),           IpAddress::Parse("2001:db8::1")};
  record.act = "key.create";
  record.account = "acct";
  record.object = "ApiKey-1";
  record.request_id = RequestId{Filled<16>(9)};
  record.touched = {{"keys",
                     std::string("\x00\xff\x01", 3),
                     SampleTag(1),
                     SampleTag(2),
                     std::string("\x0a\x00", 2),
                     {"acct/user/IBMid-1"}},
                    {"keys_by_owner", "x", std::nullopt, std::nullopt, std::nullopt, {}}};
  record.made_with_leaked = {SampleKey(4)};
  return record;
}

inline StoreHeader SampleHeader() {
  return {1, Filled<16>(1), Filled<16>(2), "lk", "crn:v1:bluemix:public", true, SampleTime(0)};
}
inline StoreProgress SampleProgress() { return {99, Filled<16>(1), 12}; }
inline RequestOutcome SampleOutcome() { return {99, SampleTime(0), "key.create", "ApiKey-1"}; }

#define LATCHKEY_MEMBERS(Type, ...)           \
  inline auto MembersOf(const Type& record) { \
    const auto& [__VA_ARGS__] = record;       \
    return std::tie(__VA_ARGS__);             \
  }
LATCHKEY_MEMBERS(SecretInfo, a, b, c, d, e)
LATCHKEY_MEMBERS(base::Verifier, a, b, c, d)
LATCHKEY_MEMBERS(base::SecretRecord, a, b)
LATCHKEY_MEMBERS(ApiKey, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t)
LATCHKEY_MEMBERS(base::KeyRecord, a, b, c, d, e, f)
LATCHKEY_MEMBERS(base::KeyTombstone, a, b, c, d, e)
LATCHKEY_MEMBERS(HistoryEntry, a, b, c, d, e, f, g)
LATCHKEY_MEMBERS(Identity, a, b, c, d, e, f, g, h, i, j, k, l, m)
LATCHKEY_MEMBERS(Account, a, b, c, d, e, f, g, h)
LATCHKEY_MEMBERS(Membership, a, b, c, d, e, f)
LATCHKEY_MEMBERS(AccessGroup, a, b, c, d, e, f)
LATCHKEY_MEMBERS(Policy, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r)
LATCHKEY_MEMBERS(Role, a, b, c, d)
LATCHKEY_MEMBERS(CustomRole, a, b, c, d, e, f, g, h, i)
LATCHKEY_MEMBERS(Service, a, b, c, d, e)
LATCHKEY_MEMBERS(NetworkZone, a, b, c, d, e, f, g, h, i, j, k)
LATCHKEY_MEMBERS(ContextRule, a, b, c, d, e, f, g, h, i, j, k)
LATCHKEY_MEMBERS(base::ContextDigest, a, b, c, d, e)
LATCHKEY_MEMBERS(base::Uses, a, b)
LATCHKEY_MEMBERS(base::SecretUses, a, b)
LATCHKEY_MEMBERS(base::Activity, a, b, c)
LATCHKEY_MEMBERS(base::ActorStamp, a, b, c, d, e, f)
LATCHKEY_MEMBERS(base::TouchedRecord, a, b, c, d, e, f)
LATCHKEY_MEMBERS(base::ChangeRecord, a, b, c, d, e, f, g, h, i)
LATCHKEY_MEMBERS(StoreHeader, a, b, c, d, e, f, g)
LATCHKEY_MEMBERS(StoreProgress, a, b, c)
LATCHKEY_MEMBERS(RequestOutcome, a, b, c, d)
#undef LATCHKEY_MEMBERS

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;

// Member by member where a type has no == of its own.
template <class T>
bool Same(const T& a, const T& b) {
  if constexpr (kIsVector<T>) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const auto& x, const auto& y) { return Same(x, y); });
  } else if constexpr (std::equality_comparable<T>) {
    return a == b;
  } else {
    const auto members_a = MembersOf(a);
    const auto members_b = MembersOf(b);
    const auto all = [&]<std::size_t... i>(std::index_sequence<i...>) {
      return (Same(std::get<i>(members_a), std::get<i>(members_b)) && ...);
    };
    return all(std::make_index_sequence<std::tuple_size_v<decltype(members_a)>>());
  }
}

}  // namespace latchkey::codec

#endif  // LATCHKEY_TESTS_CODEC_SAMPLE_RECORDS_H_
