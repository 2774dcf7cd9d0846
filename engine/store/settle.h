// engine/store/settle.h: whether a commit whose outcome LMDB could not tell took place (hazard F8).
#ifndef LATCHKEY_ENGINE_STORE_SETTLE_H_
#define LATCHKEY_ENGINE_STORE_SETTLE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/codec/records.h"
#include "engine/kv/env.h"
#include "engine/store/seal.h"
#include "engine/store/typed_table.h"

namespace latchkey::store {

// Errors: kCorrupt, also if the record is missing; what kv reports.
[[nodiscard]] absl::StatusOr<codec::StoreProgress> LoadProgress(const Source& source);

// What to answer for a commit that was to write `attempted` and ended in `unknown`
// (kCommitUnknown). kStorageFailed if it certainly was not made; else `unknown`: even a commit that
// can be read again is not proven to be on disk, because a kernel that failed to write a page once
// may call it clean (hazard L14). Cost: the writer lock, waited for at most 2 s, and the fence
// commit of kv.
[[nodiscard]] absl::Status SettleUnknown(kv::Env& env, const Sealer& sealer,
                                         const codec::StoreProgress& attempted,
                                         const absl::Status& unknown);

}  // namespace latchkey::store

#endif  // LATCHKEY_ENGINE_STORE_SETTLE_H_
