// Goal: which requests are well formed. Method: each limit from both sides.
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "engine/authz/evaluator.h"
#include "engine/authz/request_hashes.h"

namespace latchkey::authz {
namespace {

// RequestHashes says the same by another way.
bool WellFormed(const AccessRequest& request) {
  const base::HashKey key(base::SipKey{1, 2});
  RequestHashes hashes(key, request);
  hashes.Finish(key, request);
  EXPECT_EQ(hashes.form(), CheckRequest(request));
  return CheckRequest(request) == Reason::kNone;
}

bool WellFormedWith(const std::vector<RequestAttribute>& attributes) {
  return WellFormed({"home", "kms", "kms.read", attributes});
}

// domain section 7 step 1
TEST(RequestCheck, TakesNamesOfOneTo128Bytes) {
  const std::string longest(128, 'a');
  const std::string too_long(129, 'a');
  EXPECT_TRUE(WellFormed({longest, longest, longest, {}}));
  for (const std::string& bad : {std::string(), too_long, std::string("\xC0\xAA")}) {
    EXPECT_FALSE(WellFormed({bad, "kms", "kms.read", {}}));
    EXPECT_FALSE(WellFormed({"home", bad, "kms.read", {}}));
    EXPECT_FALSE(WellFormed({"home", "kms", bad, {}}));
    EXPECT_FALSE(WellFormedWith({{bad, "value"}}));
  }
  EXPECT_TRUE(WellFormedWith({{longest, "value"}}));
}

// domain section 9: 1..1,000 characters, not bytes
TEST(RequestCheck, TakesValuesOfOneTo1000Characters) {
  std::string value;
  for (int i = 0; i < 1000; ++i) value += "\xF0\x9F\x98\x80";
  EXPECT_TRUE(WellFormedWith({{"resource", value}}));
  EXPECT_FALSE(WellFormedWith({{"resource", value + "a"}}));
  EXPECT_TRUE(WellFormedWith({{"resource", std::string(1000, 'a')}}));
  EXPECT_FALSE(WellFormedWith({{"resource", std::string(1001, 'a')}}));
  EXPECT_FALSE(WellFormedWith({{"resource", ""}}));
}

// hazard C32: overlong, a surrogate, cut short, beyond the last
TEST(RequestCheck, RefusesWhatIsNotStrictUtf8) {
  for (const std::string bad : {"\xC0\xAF", "\xED\xA0\x80", "\xE2\x82", "\xF4\x90\x80\x80"}) {
    EXPECT_FALSE(WellFormedWith({{"resource", bad}}));
  }
}

TEST(RequestCheck, TakesAtMost32Attributes) {
  std::vector<std::string> keys;
  for (int i = 0; i < 33; ++i) keys.push_back("key" + std::to_string(i));
  std::vector<RequestAttribute> attributes;
  for (int i = 0; i < 32; ++i) attributes.push_back({keys[static_cast<std::size_t>(i)], "value"});
  EXPECT_TRUE(WellFormedWith(attributes));
  attributes.push_back({keys.back(), "value"});
  EXPECT_FALSE(WellFormedWith(attributes));
}

// domain section 7 step 1: also when both say the same
TEST(RequestCheck, RefusesAnAttributeNamedTwice) {
  EXPECT_FALSE(WellFormedWith({{"region", "eu"}, {"resource", "r"}, {"region", "eu"}}));
  EXPECT_FALSE(WellFormedWith({{"region", "eu"}, {"region", "us"}}));
  EXPECT_TRUE(WellFormedWith({{"region", "eu"}, {"Region", "us"}}));
}

// domain section 7 step 1
TEST(RequestCheck, RefusesAnAccountOrServiceThatDiffersFromItsField) {
  EXPECT_TRUE(WellFormedWith({{"accountId", "home"}, {"serviceName", "kms"}}));
  EXPECT_FALSE(WellFormedWith({{"accountId", "away"}}));
  EXPECT_FALSE(WellFormedWith({{"serviceName", "kms-2"}}));
}

}  // namespace
}  // namespace latchkey::authz
