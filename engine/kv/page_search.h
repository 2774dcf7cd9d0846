// engine/kv/page_search.h: whether every page that a data file uses lies inside the file.
#ifndef LATCHKEY_ENGINE_KV_PAGE_SEARCH_H_
#define LATCHKEY_ENGINE_KV_PAGE_SEARCH_H_

#include <cstdint>

#include "engine/kv/data_file.h"

namespace latchkey::kv {

// Walks all trees of `header` with bounds-checked reads. False if a page in use lies at or beyond
// `pages`, or if what is read is not a tree. The file must not be written to meanwhile.
// Cost: one read per page in use.
[[nodiscard]] bool AllPagesInside(int fd, const DataHeader& header, std::uint64_t pages);

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_PAGE_SEARCH_H_
