#include "lifecycle/support.h"

#include <array>
#include <ostream>
#include <sstream>

#include "gtest/gtest.h"

#include "latchkey/status.h"

namespace latchkey::lifecycle {
namespace {

template <std::size_t kSize>
std::string Hex(const std::array<std::uint8_t, kSize>& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

std::string Text(absl::Time time) { return "now+" + absl::FormatDuration(time - kNow); }
std::string Text(const KeyId& id) { return Hex(id.bytes()); }
std::string Text(const std::string& text) { return "'" + text + "'"; }
template <class T>
std::string Text(const std::optional<T>& value) {
  return value ? Text(*value) : "none";
}

void PrintSecret(std::ostream& out, const base::SecretRecord& secret) {
  out << "secret " << secret.info.number << " created " << Text(secret.info.created_at) << " by "
      << secret.info.made_by.text() << " ends " << Text(secret.info.ends_at) << " with "
      << Text(secret.info.made_with) << " verifier " << secret.verifier.memory_kib << ' '
      << secret.verifier.passes << ' ' << Hex(secret.verifier.salt) << ' '
      << Hex(secret.verifier.hash) << '\n';
}

base::SecretRecord SecretOf(std::uint8_t number, std::optional<absl::Time> ends_at) {
  base::SecretRecord secret;
  secret.info.number = number;
  secret.info.created_at = kNow - absl::Hours(100 - number);
  secret.info.made_by = IamId("IBMid-maker");
  secret.info.ends_at = ends_at;
  secret.info.made_with = KeyOf(static_cast<std::uint8_t>(0x40 + number));
  secret.verifier = VerifierOf(number);
  return secret;
}

}  // namespace

KeyId KeyOf(std::uint8_t number) { return KeyId(KeyId::Bytes{0xa0, number}); }

base::Verifier VerifierOf(std::uint8_t number) {
  base::Verifier verifier;
  verifier.memory_kib = 8;
  verifier.passes = 1;
  verifier.salt.fill(number);
  verifier.hash.fill(static_cast<std::uint8_t>(number + 1));
  return verifier;
}

EntityTag TagOf(std::uint64_t n, std::uint8_t nonce) {
  EntityTag tag;
  tag.n = n;
  tag.nonce.fill(nonce);
  return tag;
}

Facts FactsAt(absl::Time now, std::uint8_t nonce) {
  Facts facts;
  facts.now = now;
  facts.by = IamId("IBMid-changer");
  facts.with_key = KeyOf(0x77);
  facts.nonce.fill(nonce);
  return facts;
}

base::KeyRecord RecordIn(KeyState state, Overlap overlap) {
  base::KeyRecord record;
  ApiKey& key = record.key;
  key.id = KeyOf(1);
  key.entity_tag = TagOf(7, 0x07);
  key.crn = "crn:v1:test";
  key.account_id = AccountId("account");
  key.iam_id = IamId("IBMid-owner");
  key.name = "old name";
  key.description = "old description";
  key.created_at = kNow - absl::Hours(1000);
  key.created_by = IamId("IBMid-creator");
  key.created_with = KeyOf(2);
  key.modified_at = kNow - absl::Hours(10);
  key.state = state;
  key.expires_at = kNow + absl::Hours(1);
  key.support_sessions = true;
  key.disabled_by_leak = IsDisabled(state);
  record.use_epoch = 5;
  record.last_secret_number = 3;
  record.secrets = {SecretOf(3, std::nullopt),
                    SecretOf(2, overlap == Overlap::kRunning ? kNow + absl::Hours(1) : kNow)};
  record.made_with = {KeyOf(2), KeyOf(0x41), KeyOf(0x42), KeyOf(0x43)};  // secret 1 among them
  return record;
}

std::vector<std::uint32_t> NumbersOf(const base::KeyRecord& record) {
  std::vector<std::uint32_t> numbers;
  for (const base::SecretRecord& secret : record.secrets) numbers.push_back(secret.info.number);
  return numbers;
}

std::vector<std::uint32_t> NumbersOf(const ApiKey& key) {
  std::vector<std::uint32_t> numbers;
  for (const SecretInfo& secret : key.secrets) numbers.push_back(secret.number);
  return numbers;
}

std::string Print(const base::KeyRecord& record) {
  const ApiKey& key = record.key;
  std::ostringstream out;
  out << "id " << Text(key.id) << " tag " << key.entity_tag.n << '-' << Hex(key.entity_tag.nonce)
      << " crn " << key.crn << " account " << key.account_id.text() << " iam " << key.iam_id.text()
      << "\nname " << Text(key.name) << " description " << Text(key.description) << "\ncreated "
      << Text(key.created_at) << " by " << key.created_by.text() << " with "
      << Text(key.created_with) << " modified " << Text(key.modified_at) << "\nstate "
      << static_cast<int>(key.state) << " expires " << Text(key.expires_at) << " leak "
      << static_cast<int>(key.action_when_leaked) << " sessions " << key.support_sessions
      << " host " << key.issued_by_host << " leaked " << key.disabled_by_leak << "\nkind "
      << static_cast<int>(key.kind) << " owner " << static_cast<int>(record.owner_kind) << " epoch "
      << record.use_epoch << " last " << record.last_secret_number << " public secrets "
      << key.secrets.size() << '\n';
  for (const base::SecretRecord& secret : record.secrets) PrintSecret(out, secret);
  for (const KeyId& maker : record.made_with) out << "made with " << Text(maker) << '\n';
  return out.str();
}

std::string Outcome(const absl::StatusOr<Step>& step) {
  if (!step.ok()) return std::string(NameOf(ReasonOf(step.status())));
  return (step->changed ? "changed to\n" : "no change of\n") + Print(step->record);
}

Step Taken(const absl::StatusOr<Step>& step) {
  EXPECT_TRUE(step.ok()) << step.status();
  if (!step.ok()) return Step();
  EXPECT_TRUE(step->changed);
  return *step;
}

}  // namespace latchkey::lifecycle
