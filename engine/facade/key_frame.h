// engine/facade/key_frame.h: what every call about one key does: find it if the caller may see it,
// ask who may, apply a rule of the lifecycle, write record, index and history together.
#ifndef LATCHKEY_ENGINE_FACADE_KEY_FRAME_H_
#define LATCHKEY_ENGINE_FACADE_KEY_FRAME_H_

#include <functional>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/api_key.h"

#include "engine/authz/who_may.h"
#include "engine/base/records.h"
#include "engine/facade/core.h"
#include "engine/lifecycle/key_rules.h"

namespace latchkey::inline v0::facade {

// OK, kNotFound or kNotAllowed. Acts are named as on a platform key; of a classic one the act of
// K-9 that it amounts to is asked.
[[nodiscard]] absl::Status MayActOnKey(store::View& view, const std::optional<authz::Actor>& actor,
                                       authz::Act on_platform_key, const base::KeyRecord& record);

// The record if the caller may see it, else kNotFound: the same answer as for no key at all (W-7).
[[nodiscard]] absl::StatusOr<base::KeyRecord> FindVisibleKey(
    store::View& view, const std::optional<authz::Actor>& actor, const KeyId& id);

// Writes what came of a command: the record or its tombstone, and history.
[[nodiscard]] absl::Status WriteStep(Core& core, WriteFrame& frame, const lifecycle::Step& step,
                                     KeyCommand command);

using Rule =
    std::function<absl::StatusOr<lifecycle::Step>(const base::KeyRecord&, const lifecycle::Facts&)>;
// Which act a command is, given the key as it stands.
using ActOf = std::function<authz::Act(const base::KeyRecord&)>;

// One command on one key, whole. Answers the key after it. A refusal by the lock is noted in the
// key's history afterwards, in a transaction of its own (K-14).
[[nodiscard]] absl::StatusOr<ApiKey> ChangeKey(Core& core, const Call& call, const KeyId& id,
                                               KeyCommand command, std::string_view act_name,
                                               const ActOf& act_of, const Rule& rule);

// Best effort, never a condition of the refusal.
void NoteRefusal(Core& core, const Call& call, const KeyId& id, KeyCommand command);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_KEY_FRAME_H_
