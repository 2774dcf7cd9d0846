// engine/kv/lmdb_status.h: what LMDB's return codes and errno mean to our callers.
#ifndef LATCHKEY_ENGINE_KV_LMDB_STATUS_H_
#define LATCHKEY_ENGINE_KV_LMDB_STATUS_H_

#include "absl/status/status.h"

#include "latchkey/status.h"

namespace latchkey::kv {

// `code` is a non-zero answer of LMDB: one of its own negative codes or an errno.
[[nodiscard]] Reason ReasonOfLmdb(int code);
[[nodiscard]] absl::Status LmdbError(int code);

// True for the codes that mean "no space": an abort leaves the store as it was (hazard L16).
[[nodiscard]] bool IsSpaceError(int code);

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_LMDB_STATUS_H_
