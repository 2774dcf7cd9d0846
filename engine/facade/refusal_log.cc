#include "engine/facade/refusal_log.h"

#include <string_view>

namespace latchkey::inline v0::facade {
namespace {
constexpr std::size_t kKindsMax = 1000;
constexpr absl::Duration kInterval = absl::Minutes(1);

std::string KindOf(const KeyId& key, const IamId& caller, KeyCommand command) {
  std::string kind(reinterpret_cast<const char*>(key.bytes().data()), key.bytes().size());
  kind.push_back(static_cast<char>(command));
  kind += caller.text();
  return kind;
}
}  // namespace

std::uint32_t RefusalLog::Count(const KeyId& key, const IamId& caller, KeyCommand command,
                                absl::Time now) {
  const std::lock_guard lock(mutex_);
  const std::string kind = KindOf(key, caller, command);
  const auto found = held_.find(kind);
  if (found == held_.end()) {
    if (held_.size() >= kKindsMax) {
      absl::erase_if(held_,
                     [&](const auto& entry) { return now - entry.second.written_at >= kInterval; });
    }
    if (held_.size() < kKindsMax) held_.emplace(kind, Held{now, 0});
    return 1;
  }
  Held& held = found->second;
  if (now - held.written_at < kInterval) {
    ++held.count;
    return 0;
  }
  const std::uint32_t count = held.count + 1;
  held = Held{now, 0};
  return count;
}

}  // namespace latchkey::inline v0::facade
