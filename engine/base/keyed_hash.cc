#include "engine/base/keyed_hash.h"

namespace latchkey::base {

TextKey::TextKey(const SipKey& seed, std::uint64_t use) {
  std::uint64_t count = 0;
  const auto draw = [&] {
    const std::array<std::uint64_t, 2> place = {use, count++};
    std::array<char, sizeof place> bytes{};
    std::memcpy(bytes.data(), place.data(), sizeof place);
    return SipHash24(seed, {bytes.data(), bytes.size()});
  };
  const auto draw_wide = [&] { return Wide{draw()} << 64 | draw(); };
  length_ = draw_wide();
  for (Wide& word : words_) word = draw_wide();
  long_texts_.k0 = draw();
  long_texts_.k1 = draw();
}

}  // namespace latchkey::base
