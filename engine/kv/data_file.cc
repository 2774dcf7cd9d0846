#include "engine/kv/data_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <span>
#include <string_view>

#include "engine/base/error.h"
#include "engine/kv/page_layout.h"
#include "engine/kv/page_search.h"

namespace latchkey::kv {
namespace {

constexpr std::uint32_t kPageBytesMin = 512;
constexpr std::uint32_t kPageBytesMax = 65536;

absl::Status Foreign(std::string_view message) {
  return base::Error(Reason::kStoreForeign, message);
}

absl::StatusOr<DataHeader> ReadMeta(int fd, std::uint64_t at) {
  std::array<std::byte, offset::kMetaEnd> bytes;
  const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(at));
  if (got < 0) return base::Error(Reason::kStorageFailed, "the data file cannot be read");
  if (got == 0 && at == 0) {
    return Foreign("the data file is empty: restore a backup, or remove it to begin anew");
  }
  if (static_cast<std::size_t>(got) != bytes.size()) {
    return Foreign("the data file ends in its header: restore a backup");
  }
  const std::span<const std::byte> page(bytes);
  const std::uint32_t magic = *NumberAt<std::uint32_t>(page, offset::kMetaMagic);
  if (magic == __builtin_bswap32(kMetaMagic)) {
    return Foreign("the data file is of a machine with the other byte order: copy it as text");
  }
  if (magic != kMetaMagic ||
      (*NumberAt<std::uint16_t>(page, offset::kPageFlags) & kMetaPage) == 0) {
    return Foreign("the data file is not of LMDB, or its header is damaged: restore a backup");
  }
  if (*NumberAt<std::uint32_t>(page, offset::kMetaVersion) != kMetaVersion) {
    return Foreign("the data file is of another version of LMDB: open it with that version");
  }
  return DataHeader{.page_bytes = *NumberAt<std::uint32_t>(page, offset::kMetaPageBytes),
                    .last_page = *NumberAt<std::uint64_t>(page, offset::kMetaLastPage),
                    .txn_id = *NumberAt<std::uint64_t>(page, offset::kMetaTxnId),
                    .free_root = *NumberAt<std::uint64_t>(page, offset::kMetaFreeRoot),
                    .main_root = *NumberAt<std::uint64_t>(page, offset::kMetaMainRoot)};
}

// The end of a file is beyond what a program can address: the header is damaged.
bool IsPlausible(const DataHeader& header) {
  constexpr std::uint64_t kPagesMax = std::uint64_t{1} << 40;
  return std::has_single_bit(header.page_bytes) && header.page_bytes >= kPageBytesMin &&
         header.page_bytes <= kPageBytesMax && header.last_page >= 1 &&
         header.last_page < kPagesMax;
}

absl::Status Lengthen(int fd, std::uint64_t bytes) {
  if (::ftruncate(fd, static_cast<off_t>(bytes)) == 0) return absl::OkStatus();
  return base::Error(Reason::kStorageFailed, "the data file cannot be lengthened");
}

}  // namespace

absl::StatusOr<DataHeader> ReadDataHeader(int fd) {
  LATCHKEY_ASSIGN_OR_RETURN(const DataHeader first, ReadMeta(fd, 0));
  if (!IsPlausible(first))
    return Foreign("the header of the data file is damaged: restore a backup");
  // LMDB reads both pages and falls back to neither: both must be sound.
  LATCHKEY_ASSIGN_OR_RETURN(const DataHeader second, ReadMeta(fd, first.page_bytes));
  if (!IsPlausible(second) || second.page_bytes != first.page_bytes) {
    return Foreign("the header of the data file is damaged: restore a backup");
  }
  return second.txn_id > first.txn_id ? second : first;
}

absl::Status CheckDataFile(const Directory& directory) {
  const Fd fd(::openat(directory.fd(), kDataFile, O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.ok()) return base::Error(Reason::kStorageFailed, "the data file cannot be opened");
  LATCHKEY_ASSIGN_OR_RETURN(const DataHeader header, ReadDataHeader(fd.get()));
  struct stat info;
  if (::fstat(fd.get(), &info) != 0) {
    return base::Error(Reason::kStorageFailed, "the data file cannot be looked at");
  }
  const std::uint64_t expected = (header.last_page + 1) * header.page_bytes;
  const auto bytes = static_cast<std::uint64_t>(info.st_size);
  if (bytes >= expected) return absl::OkStatus();
  if (!AllPagesInside(fd.get(), header, bytes / header.page_bytes)) {
    return Foreign("the data file is cut short or damaged: restore a backup");
  }
  return Lengthen(fd.get(), expected);
}

absl::StatusOr<MetaView> MetaView::Map(int fd) {
  LATCHKEY_ASSIGN_OR_RETURN(const DataHeader header, ReadDataHeader(fd));
  void* map = ::mmap(nullptr, std::size_t{2} * header.page_bytes, PROT_READ, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED) return base::Error(Reason::kOutOfMemory, "no address space for a map");
  MetaView view;
  view.map_ = static_cast<std::byte*>(map);
  view.page_bytes_ = header.page_bytes;
  return view;
}

std::uint64_t MetaView::LastTxnId() const {
  const auto id = [this](std::size_t page) {
    auto* number = reinterpret_cast<std::uint64_t*>(map_ + page * page_bytes_ + offset::kMetaTxnId);
    return std::atomic_ref<std::uint64_t>(*number).load(std::memory_order_acquire);
  };
  return std::max(id(0), id(1));
}

MetaView::~MetaView() {
  if (map_ != nullptr) ::munmap(map_, 2 * page_bytes_);
}

}  // namespace latchkey::kv
