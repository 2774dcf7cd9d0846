#include "engine/lifecycle/step.h"

#include "engine/base/error.h"
#include "engine/base/invariant.h"
#include "engine/lifecycle/secrets.h"

namespace latchkey::lifecycle {
namespace {

bool IsDeleted(KeyState state) { return state == KeyState::kDeleted; }

}  // namespace

absl::StatusOr<Transition> Permit(const base::KeyRecord& record, KeyCommand command,
                                  const IfMatch& if_match) {
  LATCHKEY_INVARIANT(command != KeyCommand::kCreate, "creation is not a transition");
  const Transition& row = TransitionOf(record.key.state, command);
  if (row.effect == Effect::kNotFound) {
    return base::Error(Reason::kNotFound, "no such key: check its id");
  }
  if (row.effect == Effect::kRefusedLocked) {
    return base::Error(Reason::kLocked, "the key is locked: unlock it first");
  }
  if (!if_match.Accepts(record.key.entity_tag)) {
    return base::Error(Reason::kStaleVersion,
                       "the key is not in the version named: read it again, then retry");
  }
  return row;
}

Step Unchanged(const base::KeyRecord& record) {
  Step step;
  step.record = record;
  return step;
}

Step Changed(const base::KeyRecord& record, const Transition& row, const Facts& facts) {
  Step step;
  step.changed = true;
  step.deleted = IsDeleted(row.to);
  step.record = record;
  step.record.key.state = row.to;
  step.record.key.entity_tag = EntityTag{record.key.entity_tag.n + 1, facts.nonce};
  step.record.key.modified_at = facts.now;
  if (step.deleted) {
    step.record.secrets.clear();
  } else {
    DropEnded(step.record, facts.now);
  }
  return step;
}

}  // namespace latchkey::lifecycle
