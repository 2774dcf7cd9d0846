// engine/kv/page_layout.h: bytes of LMDB's pages, data version 1 on a 64-bit host (mdb.c: MDB_page,
// MDB_meta, MDB_db, MDB_node). Numbers are in the byte order of the host.
#ifndef LATCHKEY_ENGINE_KV_PAGE_LAYOUT_H_
#define LATCHKEY_ENGINE_KV_PAGE_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace latchkey::kv {

inline constexpr std::uint32_t kMetaMagic = 0xBEEFC0DE;
inline constexpr std::uint32_t kMetaVersion = 1;
inline constexpr std::uint64_t kNoPage = ~std::uint64_t{0};

inline constexpr std::uint16_t kBranchPage = 0x01;
inline constexpr std::uint16_t kLeafPage = 0x02;
inline constexpr std::uint16_t kOverflowPage = 0x04;
inline constexpr std::uint16_t kMetaPage = 0x08;
inline constexpr std::uint16_t kPageKinds = 0x0F;

inline constexpr std::uint16_t kNodeBig = 0x01;    // the value lies on overflow pages
inline constexpr std::uint16_t kNodeTable = 0x02;  // the value is a table's record
inline constexpr std::uint16_t kNodeDuplicates = 0x04;

namespace offset {
inline constexpr std::size_t kPageFlags = 10;
inline constexpr std::size_t kPageLower = 12;
inline constexpr std::size_t kPageOverflow = 12;  // number of pages, of an overflow page
inline constexpr std::size_t kPageBody = 16;      // the array of node offsets
inline constexpr std::size_t kMetaMagic = 16;
inline constexpr std::size_t kMetaVersion = 20;
inline constexpr std::size_t kMetaPageBytes = 40;
inline constexpr std::size_t kMetaFreeRoot = 80;
inline constexpr std::size_t kMetaMainRoot = 128;
inline constexpr std::size_t kMetaLastPage = 136;
inline constexpr std::size_t kMetaTxnId = 144;
inline constexpr std::size_t kMetaEnd = 152;
inline constexpr std::size_t kTableRoot = 40;
inline constexpr std::size_t kTableEnd = 48;
inline constexpr std::size_t kNodeLow = 0;
inline constexpr std::size_t kNodeHigh = 2;
inline constexpr std::size_t kNodeFlags = 4;
inline constexpr std::size_t kNodeKeyBytes = 6;
inline constexpr std::size_t kNodeKey = 8;
}  // namespace offset

// The number at `at`, or nothing where the bytes end before it does.
template <typename Number>
[[nodiscard]] std::optional<Number> NumberAt(std::span<const std::byte> bytes, std::size_t at) {
  if (at > bytes.size() || bytes.size() - at < sizeof(Number)) return std::nullopt;
  Number number;
  std::memcpy(&number, bytes.data() + at, sizeof(Number));
  return number;
}

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_PAGE_LAYOUT_H_
