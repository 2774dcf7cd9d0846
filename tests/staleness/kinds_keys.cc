// What ends one key or one secret: a commit for each key.
#include "staleness/kinds.h"

namespace latchkey::test {
namespace {

const IfMatch kAny = IfMatch::Any();

void Grant(Stage& stage) { stage.GrantIdentity(); }

void SetExpiry(Stage& stage, const KeyId& key, absl::Time expiry) {
  KeyUpdate update;
  update.expires_at = expiry;
  Must(stage.keys().Update(stage.host, key, kAny, update));
}

void Rotate(Stage& stage, const KeyId& key, absl::Duration overlap) {
  (void)Must(stage.keys().Rotate(stage.host, key, kAny, overlap));
}

void Delete(Stage& stage, const KeyId& key) { Must(stage.keys().Delete(stage.host, key, kAny)); }
void Disable(Stage& stage, const KeyId& key) { Must(stage.keys().Disable(stage.host, key, kAny)); }
void Enable(Stage& stage, const KeyId& key) { Must(stage.keys().Enable(stage.host, key, kAny)); }
void RotateAtOnce(Stage& stage, const KeyId& key) { Rotate(stage, key, absl::ZeroDuration()); }
void RotateSlowly(Stage& stage, const KeyId& key) { Rotate(stage, key, absl::Hours(1)); }
void Retire(Stage& stage, const KeyId& key) {
  Must(stage.keys().RetireOldSecret(stage.host, key, kAny));
}
void Expire(Stage& stage, const KeyId& key) { SetExpiry(stage, key, absl::FromUnixSeconds(1)); }
void Unexpire(Stage& stage, const KeyId& key) { SetExpiry(stage, key, absl::InfiniteFuture()); }
void Bound(Stage& stage, const KeyId& key) {
  BoundaryTerm term;
  term.actions = {"shop.item.list"};
  Must(stage.keys().AppendBoundaryTerm(stage.host, key, kAny, term));
}
void Unbound(Stage& stage, const KeyId& key) {
  Must(stage.keys().RemoveBoundaryTerm(stage.host, key, kAny, 0));
}
void Leak(Stage& stage, const KeyId& key) {
  Must(stage.keys().ReportLeak(stage.host, key, LeakAction::kDelete));
}

// The clock of A runs ahead, that of B stands; what one process has seen of time no other falls
// behind (domain K-11).
void ExpiresInAnHour(Stage& stage, NewApiKey& request) {
  request.expires_at = stage.clock.Now() + stage.round * absl::Hours(1);
}
void LetTimePass(Stage& stage, const KeyId& key) {
  stage.clock.Advance(absl::Hours(1));
  (void)Must(stage.keys().Get(stage.host, key));
}

}  // namespace

std::vector<Kind> KindsOfKeys() {
  return {
      {.name = "key_deleted", .setup = Grant, .take = Delete, .each = true, .uses_up = true},
      {.name = "key_disabled", .setup = Grant, .take = Disable, .restore = Enable, .each = true},
      {.name = "key_rotated", .setup = Grant, .take = RotateAtOnce, .each = true, .uses_up = true},
      {.name = "old_secret_retired",
       .setup = Grant,
       .ready = RotateSlowly,
       .take = Retire,
       .each = true,
       .uses_up = true},
      {.name = "old_secret_rotated_away",
       .setup = Grant,
       .ready = RotateSlowly,
       .take = RotateAtOnce,
       .each = true,
       .uses_up = true},
      {.name = "expiry_set_to_the_past",
       .setup = Grant,
       .take = Expire,
       .restore = Unexpire,
       .each = true},
      {.name = "expired_by_the_clock_of_another",
       .setup = Grant,
       .request = ExpiresInAnHour,
       .take = LetTimePass,
       .uses_up = true},
      {.name = "boundary_appended",
       .setup = Grant,
       .take = Bound,
       .restore = Unbound,
       .each = true},
      {.name = "leak_reported", .setup = Grant, .take = Leak, .each = true, .uses_up = true},
  };
}

}  // namespace latchkey::test
