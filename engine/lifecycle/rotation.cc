// The secrets of one key: at most two live, newest first (domain K-7).
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/base/error.h"
#include "engine/lifecycle/boundary.h"
#include "engine/lifecycle/key_rules.h"
#include "engine/lifecycle/secrets.h"
#include "engine/lifecycle/step.h"

namespace latchkey::lifecycle {
namespace {

// A token writes the secret number in 4 characters of base62 (domain K-8).
constexpr std::uint32_t kSecretNumberMax = 62 * 62 * 62 * 62 - 1;

// Bounds the record: its list of makers only grows (domain K-12).
constexpr std::size_t kMakersMax = 1000;

absl::Status CheckOverlap(absl::Duration overlap) {
  if (overlap >= absl::ZeroDuration() && overlap <= kOverlapMax) return absl::OkStatus();
  return base::Error(Reason::kMalformed, "give an overlap of 0 seconds to 30 days");
}

// The newer secret and whoever uses it go on, so the use epoch must not move: an old secret's
// principals and tokens carry its number, and a number that is no longer live ends them by itself
// (domain section 7 step 1, T-2). Rotate without overlap leaves nothing to spare, and moves it.
Step EndOldSecret(const base::KeyRecord& record, const Transition& row, const Facts& facts) {
  if (row.effect == Effect::kNoChange || !OverlapRuns(record, facts.now)) return Unchanged(record);
  Step step = Changed(record, row, facts);
  DropOlder(step.record);
  step.fields = {"secrets"};
  return step;
}

}  // namespace

absl::StatusOr<Step> Rotate(const base::KeyRecord& record, const base::Verifier& verifier,
                            absl::Duration overlap, const IfMatch& if_match, const Facts& facts) {
  LATCHKEY_RETURN_IF_ERROR(CheckOverlap(overlap));
  LATCHKEY_ASSIGN_OR_RETURN(const Transition row, Permit(record, KeyCommand::kRotate, if_match));
  const bool at_once = overlap == absl::ZeroDuration();
  if (!at_once && OverlapRuns(record, facts.now)) {
    return base::Error(Reason::kStateForbids,
                       "an overlap is running: retire the old secret or rotate with overlap 0");
  }
  if (record.last_secret_number >= kSecretNumberMax) {
    return base::Error(Reason::kLimitExceeded,
                       "the key has used all its secret numbers: create a new key");
  }
  if (facts.with_key && record.made_with.size() >= kMakersMax &&
      !std::binary_search(record.made_with.begin(), record.made_with.end(), *facts.with_key)) {
    return base::Error(Reason::kLimitExceeded,
                       "the key was rotated through 1000 different keys: create a new key");
  }
  Step step = Changed(record, row, facts);
  base::KeyRecord& next = step.record;
  if (at_once) {
    next.secrets.clear();
    ++next.use_epoch;
  }
  for (base::SecretRecord& old : next.secrets) old.info.ends_at = facts.now + overlap;
  AddSecret(next, verifier, facts);
  step.fields = {"secrets"};
  LATCHKEY_RETURN_IF_ERROR(Inherit(facts, next, step.fields));
  return step;
}

absl::StatusOr<Step> RetireOldSecret(const base::KeyRecord& record, const IfMatch& if_match,
                                     const Facts& facts) {
  LATCHKEY_ASSIGN_OR_RETURN(const Transition row,
                            Permit(record, KeyCommand::kRetireOldSecret, if_match));
  return EndOldSecret(record, row, facts);
}

absl::StatusOr<Step> LeakOldSecret(const base::KeyRecord& record, const Facts& facts) {
  LATCHKEY_ASSIGN_OR_RETURN(const Transition row,
                            Permit(record, KeyCommand::kLeakOldSecret, IfMatch::Any()));
  return EndOldSecret(record, row, facts);
}

bool OverlapRuns(const base::KeyRecord& record, absl::Time now) {
  return std::count_if(
             record.secrets.begin(), record.secrets.end(),
             [now](const base::SecretRecord& secret) { return IsLive(secret.info, now); }) > 1;
}

}  // namespace latchkey::lifecycle
