#include "engine/cache/access_log.h"

#include "engine/base/error.h"

namespace latchkey::cache {
namespace {

// Of the memory, one part in so many is taken back ahead, so that its grace period is over when it
// is needed; no block is larger than a few of them.
constexpr std::size_t kAhead = 16;
constexpr std::size_t kLargest = 8;

std::size_t BytesOf(const std::unique_ptr<const authz::KeptPolicies>& kept) {
  return kept == nullptr ? 0 : kept->bytes();
}

}  // namespace

absl::StatusOr<std::unique_ptr<AccessLog>> AccessLog::Make(std::size_t bytes, ReadSide& readers) {
  LATCHKEY_ASSIGN_OR_RETURN(Pages pages, Pages::Make(bytes / kLineBytes * kLineBytes));
  return std::unique_ptr<AccessLog>(new AccessLog(std::move(pages), readers));
}

bool AccessLog::Fits(std::size_t lines, std::size_t kept_bytes) const {
  return lines <= lines_ / kLargest && kept_bytes <= kept_share() / kLargest;
}

AccessLog::Oldest AccessLog::TakeOldest() {
  Oldest oldest = std::move(blocks_.front());
  blocks_.pop_front();
  kept_findable_ -= BytesOf(oldest.kept);
  first_.store(blocks_.empty() ? end_ : blocks_.front().place);
  return oldest;
}

void AccessLog::Retire(Oldest oldest) {
  retired_.Add({oldest.place + oldest.lines, std::move(oldest.kept)});
}

AccessLog::Place AccessLog::NextPlace(std::size_t lines) const {
  const bool fits = LineOf(end_) + lines <= lines_;
  return fits ? end_ : (end_ / round_ + 1) * round_;
}

AccessLog::Place AccessLog::Beyond(Place place, std::size_t lines) const {
  const bool same_round = LineOf(place) + lines <= lines_;
  return place + lines + (same_round ? 0 : round_ - lines_);
}

bool AccessLog::MustTakeBack(std::size_t lines, std::size_t kept_bytes) const {
  const Place end = Beyond(NextPlace(lines) + lines, lines_ / kAhead);
  return end > first_.load(std::memory_order_relaxed) + round_ ||
         kept_findable_ + kept_bytes > kept_share() - kept_share() / kAhead;
}

AccessLog::Place AccessLog::Reserve(std::size_t lines, std::size_t kept_bytes) {
  retired_.Collect([this](Freed freed) {
    kept_bytes_ -= BytesOf(freed.kept);
    free_ = freed.end;
  });
  const Place place = NextPlace(lines);
  const bool is_free = place + lines <= free_ + round_;
  return is_free && kept_bytes_ + kept_bytes <= kept_share() ? place : 0;
}

AccessLog::Place AccessLog::Append(AccessDraft& draft) {
  const std::size_t lines = draft.lines();
  const std::size_t kept_bytes = draft.grants.kept == nullptr ? 0 : draft.grants.kept->bytes();
  const Place place = Reserve(lines, kept_bytes);
  if (place == 0) return 0;
  AccessBlock::Write(draft, MemoryAt(place));
  kept_bytes_ += kept_bytes;
  kept_findable_ += kept_bytes;
  blocks_.push_back({place, static_cast<std::uint32_t>(lines), std::move(draft.grants.kept)});
  end_ = place + lines;
  return place;
}

AccessLog::Place AccessLog::AppendAgain(Oldest& oldest) {
  const Place place = Reserve(oldest.lines, 0);
  if (place == 0) return 0;
  kept_findable_ += BytesOf(oldest.kept);
  static_cast<const AccessBlock*>(MemoryAt(oldest.place))->CopyTo(MemoryAt(place));
  blocks_.push_back({place, oldest.lines, std::move(oldest.kept)});
  end_ = place + oldest.lines;
  return place;
}

}  // namespace latchkey::cache
