#include "engine/kv/page_search.h"

#include <unistd.h>

#include <span>
#include <vector>

#include "engine/kv/page_layout.h"

namespace latchkey::kv {
namespace {

using Page = std::span<const std::byte>;

class PageSearch {
 public:
  PageSearch(int fd, std::uint32_t page_bytes, std::uint64_t pages)
      : fd_(fd), pages_(pages), buffer_(page_bytes) {}

  bool Run(const DataHeader& header) {
    if (!Found(header.free_root) || !Found(header.main_root)) return false;
    while (!waiting_.empty()) {
      const std::uint64_t next = waiting_.back();
      waiting_.pop_back();
      // More visits than pages: the tree has a circle.
      if (++visits_ > pages_ || !Visit(next)) return false;
    }
    return true;
  }

 private:
  // The root of a tree, or a child of a branch.
  bool Found(std::uint64_t page) {
    if (page == kNoPage) return true;
    waiting_.push_back(page);
    return page < pages_;
  }

  bool Read(std::uint64_t page) {
    const auto at = static_cast<off_t>(page * buffer_.size());
    const ssize_t bytes = ::pread(fd_, buffer_.data(), buffer_.size(), at);
    return bytes >= 0 && static_cast<std::size_t>(bytes) == buffer_.size();
  }

  bool Visit(std::uint64_t number) {
    if (number >= pages_ || !Read(number)) return false;
    const Page page(buffer_);
    const std::uint16_t kind = *NumberAt<std::uint16_t>(page, offset::kPageFlags) & kPageKinds;
    const std::uint16_t lower = *NumberAt<std::uint16_t>(page, offset::kPageLower);
    if (kind != kBranchPage && kind != kLeafPage) return false;
    if (lower < offset::kPageBody || lower > page.size()) return false;
    for (std::size_t at = offset::kPageBody; at + 2 <= lower; at += 2) {
      const std::size_t node = *NumberAt<std::uint16_t>(page, at);
      if (node + offset::kNodeKey > page.size()) return false;
      const Page bytes = page.subspan(node);
      if (!(kind == kBranchPage ? VisitBranchNode(bytes) : VisitLeafNode(bytes))) return false;
    }
    return true;
  }

  bool VisitBranchNode(Page node) {
    const std::uint64_t low = *NumberAt<std::uint16_t>(node, offset::kNodeLow);
    const std::uint64_t middle = *NumberAt<std::uint16_t>(node, offset::kNodeHigh);
    const std::uint64_t high = *NumberAt<std::uint16_t>(node, offset::kNodeFlags);
    return Found(low | middle << 16 | high << 32);
  }

  bool VisitLeafNode(Page node) {
    const std::uint16_t flags = *NumberAt<std::uint16_t>(node, offset::kNodeFlags);
    const std::size_t value =
        offset::kNodeKey + *NumberAt<std::uint16_t>(node, offset::kNodeKeyBytes);
    if ((flags & kNodeDuplicates) != 0) return false;  // never made by latchkey (hazard F10)
    if ((flags & kNodeBig) != 0) {
      const auto page = NumberAt<std::uint64_t>(node, value);
      return page.has_value() && OverflowInside(*page);
    }
    if ((flags & kNodeTable) != 0) {
      const auto root = NumberAt<std::uint64_t>(node, value + offset::kTableRoot);
      return root.has_value() && Found(*root);
    }
    return true;
  }

  bool OverflowInside(std::uint64_t page) {
    std::byte head[offset::kPageBody];
    if (page >= pages_) return false;
    const auto at = static_cast<off_t>(page * buffer_.size());
    if (::pread(fd_, head, sizeof head, at) != static_cast<ssize_t>(sizeof head)) return false;
    const std::uint16_t flags = *NumberAt<std::uint16_t>(head, offset::kPageFlags);
    const std::uint32_t run = *NumberAt<std::uint32_t>(head, offset::kPageOverflow);
    return (flags & kPageKinds) == kOverflowPage && run <= pages_ - page;
  }

  int fd_;
  std::uint64_t pages_;
  std::uint64_t visits_ = 0;
  std::vector<std::byte> buffer_;
  std::vector<std::uint64_t> waiting_;
};

}  // namespace

bool AllPagesInside(int fd, const DataHeader& header, std::uint64_t pages) {
  return PageSearch(fd, header.page_bytes, pages).Run(header);
}

}  // namespace latchkey::kv
