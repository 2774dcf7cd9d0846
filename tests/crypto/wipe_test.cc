// What is left in memory after work with secrets.
//
// Method: the stack below this frame is read through /proc/self/mem, since no C++ object owns it.
#include <memory>
#include <string>

#include "gtest/gtest.h"

#include "engine/crypto/crypto.h"
#include "tests/base/own_memory.h"
#include "tests/crypto/hex.h"

namespace latchkey::crypto {
namespace {

constexpr std::size_t kPaintedBytes = 64 * 1024;
constexpr char kPaint = 'P';

// Covers `size` bytes of the stack below the caller with paint.
[[gnu::noinline]] void PaintStack() {
  volatile char fodder[kPaintedBytes];
  for (volatile char& byte : fodder) byte = kPaint;
}

// Always inlined: the frame that is meant is the test's.
[[gnu::always_inline]] inline std::uintptr_t Here() {
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

// The `size` bytes below `frame`.
std::string StackBelow(std::uintptr_t frame, std::size_t size) {
  return testing::ReadOwnMemory(frame - size, size);
}

TEST(Wipe, LeavesZeros) {
  std::string text(100, 's');
  Wipe({reinterpret_cast<std::uint8_t*>(text.data()), 99});
  EXPECT_EQ(text, std::string(99, '\0') + "s");
  Wipe({});
}

[[gnu::noinline]] std::size_t DepthOfArgon2id(std::uintptr_t frame) {
  PaintStack();
  Bytes32 out;
  EXPECT_TRUE(Argon2id(BytesOf("password"), Bytes16{}, 1024, 2, out).ok());
  const std::string stack = StackBelow(frame, kPaintedBytes - 4096);
  return stack.size() - stack.find_first_not_of(kPaint);
}

[[gnu::noinline]] std::size_t DepthOfWipeStack(std::uintptr_t frame) {
  PaintStack();
  WipeStack();
  const std::string stack = StackBelow(frame, kPaintedBytes - 4096);
  return stack.size() - stack.find_first_not_of(kPaint);
}

// hazard K12: WipeStack reaches as deep as Argon2id does.
TEST(WipeStack, CoversWhatArgon2idTouches) {
  ASSERT_TRUE(Initialize().ok());
  const std::size_t hash = DepthOfArgon2id(Here());
  const std::size_t wipe = DepthOfWipeStack(Here());
  ASSERT_GT(hash, 1024U);
  EXPECT_GE(wipe, hash);
  RecordProperty("argon2id_stack_bytes", static_cast<int>(hash));
  RecordProperty("wipe_stack_bytes", static_cast<int>(wipe));
}

// 32 bytes that stand nowhere else, and never on the stack by the test's own doing.
std::string* NewCanary() {
  auto* const canary = new std::string(32, '\0');
  EXPECT_TRUE(FillRandom({reinterpret_cast<std::uint8_t*>(canary->data()), 32}).ok());
  return canary;
}

bool StackHolds(const std::string& canary) {
  return testing::StackBelowHolds(canary.data(), canary.size());
}

// hazard K12: a keyed hash leaves nothing of its key.
TEST(Blake2b, LeavesNoKeyOnTheStack) {
  const std::unique_ptr<const std::string> canary(NewCanary());
  testing::RunDeepInTheStack([&] { (void)Blake2b256({"text"}, BytesOf(*canary)); });
  EXPECT_FALSE(StackHolds(*canary));
}

// hazard K12: neither do Argon2id and WipeStack of the secret.
TEST(WipeStack, LeavesNothingOfArgon2idsInput) {
  const std::unique_ptr<const std::string> canary(NewCanary());
  absl::Status status;
  testing::RunDeepInTheStack([&] {
    Bytes32 out;
    status = Argon2id(BytesOf(*canary), Bytes16{}, 8, 1, out);
    WipeStack();
  });
  ASSERT_TRUE(status.ok());
  EXPECT_FALSE(StackHolds(*canary));
}

[[gnu::noinline]] void LeaveOnTheStack(const std::string& canary) {
  volatile char copy[32];
  for (std::size_t i = 0; i < sizeof copy; ++i) copy[i] = canary[i];
}

// The control: the same look finds what a careless function leaves, and WipeStack takes it away.
TEST(WipeStack, TakesAwayWhatACarelessFunctionLeft) {
  const std::unique_ptr<const std::string> canary(NewCanary());
  testing::RunDeepInTheStack([&] { LeaveOnTheStack(*canary); });
  EXPECT_TRUE(StackHolds(*canary));
  testing::RunDeepInTheStack([&] {
    LeaveOnTheStack(*canary);
    WipeStack();
  });
  EXPECT_FALSE(StackHolds(*canary));
}

}  // namespace
}  // namespace latchkey::crypto
