#include "engine/facade/verify.h"

#include <algorithm>
#include <utility>

#include "engine/authn/liveness.h"
#include "engine/authz/standing.h"
#include "engine/base/error.h"
#include "engine/facade/principal_access.h"
#include "engine/facade/rehash.h"
#include "engine/facade/resolve.h"

namespace latchkey::inline v0::facade {
namespace {

// What the holder of an issued token is told, and the secret to be proved if it is live.
struct Screened {
  Reason reason = Reason::kUnknownCredential;
  base::KeyRecord record;
  Identity identity;
  base::Verifier verifier;
  std::uint64_t account_serial = 0;
  absl::Time at;
};

// Domain A-4: an unknown or ended secret answers as unknown; else the first of identity not active,
// disabled, expired.
absl::StatusOr<Screened> Screen(store::View& view, const codec::TokenFields& fields,
                                absl::Time now) {
  Screened screened;
  screened.at = now;
  LATCHKEY_ASSIGN_OR_RETURN(auto record, view.FindKey(KeyId(fields.key_id)));
  if (!record) return screened;
  const base::SecretRecord* secret = authn::LiveSecret(*record, fields.secret_number, now);
  if (secret == nullptr) return screened;
  screened.verifier = secret->verifier;
  screened.record = *std::move(record);

  screened.reason = Reason::kIdentityNotActive;
  LATCHKEY_ASSIGN_OR_RETURN(auto identity, view.FindIdentity(screened.record.key.iam_id));
  LATCHKEY_ASSIGN_OR_RETURN(const auto account, view.FindAccount(screened.record.key.account_id));
  if (!identity || !account) return screened;
  screened.identity = *std::move(identity);
  screened.account_serial = account->serial;
  LATCHKEY_ASSIGN_OR_RETURN(
      const Reason standing,
      authz::StandingOf(view, screened.identity, screened.record.key.account_id));
  if (standing != Reason::kNone) return screened;
  screened.reason = authn::CredentialState(screened.record, fields.secret_number, now);
  return screened;
}

Authenticated Refused(Reason reason) {
  Authenticated refused;
  refused.principal = PrincipalAccess::Refused(reason);
  return refused;
}

// The earliest of two bounds, and the end of time without either.
std::int64_t EarlierUs(const std::optional<absl::Time>& a, const std::optional<absl::Time>& b) {
  const absl::Time forever = absl::InfiniteFuture();
  return absl::ToUnixMicros(std::min(a.value_or(forever), b.value_or(forever)));
}

// What a boundary says is not warm: a bounded key is looked up in the store each time.
absl::Status KeepWarm(Core& core, const codec::TokenFields& fields, const crypto::Hash128& token,
                      const Screened& screened, store::Snapshot& snapshot) {
  const base::KeyRecord& record = screened.record;
  const base::SecretRecord* secret = authn::LiveSecret(record, fields.secret_number, screened.at);
  if (!record.key.boundary.empty() || secret == nullptr ||
      !core.warm().Follow(core.store(), snapshot)) {
    return absl::OkStatus();
  }
  const cache::Dependencies& dependencies = core.warm().dependencies();
  cache::WarmCredential credential;
  credential.secret_number = fields.secret_number;
  credential.use_epoch = record.use_epoch;
  credential.expires_us = EarlierUs(record.key.expires_at, secret->info.ends_at);
  credential.identity_serial = screened.identity.serial;
  credential.account_serial = screened.account_serial;
  credential.stamp = snapshot.txn_id();
  const AccountId& account = record.key.account_id;
  LATCHKEY_ASSIGN_OR_RETURN(credential.identity, dependencies.OfIdentity(screened.identity.id));
  LATCHKEY_ASSIGN_OR_RETURN(credential.member,
                            dependencies.OfMember(account, screened.identity.id));
  LATCHKEY_ASSIGN_OR_RETURN(credential.account, dependencies.OfAccount(account));
  core.warm().Keep(snapshot.txn_id(), record.key.id, token, credential);
  return absl::OkStatus();
}

Authenticated Accepted(Core& core, const codec::TokenFields& fields, Screened screened,
                       std::unique_ptr<store::Snapshot> snapshot) {
  core.activity().Count(screened.record.key.id, fields.secret_number,
                        absl::ToUnixMicros(screened.at));
  PrincipalParts parts;
  parts.engine = core.instance();
  parts.identity = screened.identity.serial;
  parts.account = screened.account_serial;
  parts.key_id = screened.record.key.id;
  parts.secret_number = fields.secret_number;
  parts.use_epoch = screened.record.use_epoch;
  Authenticated accepted;
  accepted.principal = PrincipalAccess::Make(parts);
  accepted.snapshot = std::move(snapshot);
  accepted.actor.identity = std::move(screened.identity);
  accepted.actor.acting_account = screened.record.key.account_id;
  accepted.actor.key = screened.record.key.id;
  accepted.actor.now = screened.at;
  accepted.actor.bound = BoundOf(screened.record);
  return accepted;
}

crypto::Hash128 HashOf(Core& core, std::string_view token) {
  return core.process_key().HashOf(token);
}

void CountUnissued(Core& core) {
  core.counters().unissued_refused.fetch_add(1, std::memory_order_relaxed);
}

class WipedFields {
 public:
  explicit WipedFields(codec::TokenFields& fields) : fields_(fields) {}
  ~WipedFields() { crypto::Wipe(fields_.secret); }
  WipedFields(const WipedFields&) = delete;
  WipedFields& operator=(const WipedFields&) = delete;

 private:
  codec::TokenFields& fields_;
};

}  // namespace

absl::StatusOr<bool> ProvesSecret(Core& core, std::string_view token,
                                  const codec::TokenFields& fields, const base::KeyRecord& record,
                                  const base::Verifier& verifier, base::Deadline deadline) {
  const crypto::Hash128 hash = HashOf(core, token);
  if (core.verified().Contains(hash, verifier)) {
    core.counters().verified_hits.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  bool shared = false;
  auto matches =
      core.flights().Do({hash, verifier.salt}, deadline, shared, [&]() -> absl::StatusOr<bool> {
        LATCHKEY_ASSIGN_OR_RETURN(const cache::Argon2Gate::Permit permit,
                                  core.argon2().Acquire(record.key.account_id.text(), deadline));
        core.counters().argon2_runs.fetch_add(1, std::memory_order_relaxed);
        LATCHKEY_ASSIGN_OR_RETURN(const bool proved, core.credentials().Matches(fields, verifier));
        if (proved) core.verified().Insert(hash, verifier, record.key.account_id.text());
        return proved;
      });
  if (shared) core.counters().argon2_shared.fetch_add(1, std::memory_order_relaxed);
  return matches;
}

bool RefusesUnissued(Core& core, std::string_view token) {
  if (core.credentials().HasTag(token)) return false;
  CountUnissued(core);
  return true;
}

absl::StatusOr<Authenticated> AuthenticateToken(Core& core, std::string_view token,
                                                base::Deadline deadline) {
  std::optional<codec::TokenFields> fields = core.credentials().Recognise(token);
  if (!fields) {
    CountUnissued(core);
    return Refused(Reason::kUnknownCredential);
  }
  const WipedFields wiped(*fields);
  const crypto::Hash128 hash = HashOf(core, token);

  // A second round follows a verifier that was found first and proved since; a third, one that was
  // replaced in between. More than that is somebody rotating as fast as we can look.
  constexpr int kRounds = 4;
  bool proved = false;
  std::array<std::uint8_t, 16> proved_salt{};
  for (int round = 0; round < kRounds; ++round) {
    LATCHKEY_ASSIGN_OR_RETURN(std::unique_ptr<store::Snapshot> snapshot, core.Snapshot());
    LATCHKEY_ASSIGN_OR_RETURN(Screened screened, Screen(snapshot->view(), *fields, core.Now()));
    if (screened.reason != Reason::kAuthenticated) return Refused(screened.reason);
    const base::Verifier verifier = screened.verifier;
    if (!proved || proved_salt != verifier.salt) {
      if (core.verified().Contains(hash, verifier)) {
        core.counters().verified_hits.fetch_add(1, std::memory_order_relaxed);
        RememberToRehash(core, hash, *fields, screened.record, verifier);
        LATCHKEY_RETURN_IF_ERROR(KeepWarm(core, *fields, hash, screened, *snapshot));
        return Accepted(core, *fields, std::move(screened), std::move(snapshot));
      }
      snapshot.reset();  // Argon2 runs outside any transaction
      LATCHKEY_ASSIGN_OR_RETURN(
          proved, ProvesSecret(core, token, *fields, screened.record, verifier, deadline));
      if (!proved) return Refused(Reason::kUnknownCredential);
      proved_salt = verifier.salt;
      continue;
    }
    RememberToRehash(core, hash, *fields, screened.record, verifier);
    LATCHKEY_RETURN_IF_ERROR(KeepWarm(core, *fields, hash, screened, *snapshot));
    return Accepted(core, *fields, std::move(screened), std::move(snapshot));
  }
  return base::Error(Reason::kBusy, "the key changes faster than it can be verified, try again");
}

}  // namespace latchkey::inline v0::facade
