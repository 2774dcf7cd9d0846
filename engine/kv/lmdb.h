// engine/kv/lmdb.h: the only line in the project that includes LMDB's header.
#ifndef LATCHKEY_ENGINE_KV_LMDB_H_
#define LATCHKEY_ENGINE_KV_LMDB_H_

#include <lmdb.h>

#endif  // LATCHKEY_ENGINE_KV_LMDB_H_
