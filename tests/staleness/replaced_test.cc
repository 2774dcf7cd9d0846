// A store that is replaced under a warm process (hazards C59, F6, O8).
//
// Method: everything is warm, so nothing needs a snapshot; a copy is put over the data file, as a
// restore by `mv` does it. Readers look once in each full second, so the test asks until two have
// gone by: nothing is asserted of time.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "staleness/stage.h"

namespace latchkey::test {
namespace {

// hazard O8: noticed by readers on the first call after each full second.
TEST(Replaced, AWarmProcessNoticesToo) {
  const Place place;
  Stage stage(place);
  stage.Open();
  stage.Build();
  stage.identity = stage.AddRobot();
  stage.GrantIdentity();
  const CreatedKey key = stage.NewKeyOf(stage.identity);
  const std::string token(key.secret.ExposeSecret());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(stage.access().Check(token, stage.request()).allowed());
  const Principal kept = stage.access().Authenticate(token);

  const std::string data = place.path() + "/data.mdb";
  std::filesystem::copy_file(data, data + ".copy");
  std::filesystem::rename(data + ".copy", data);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  Decision authorized;
  do {
    authorized = stage.access().Authorize(kept, stage.request());
  } while (authorized.allowed() && std::chrono::steady_clock::now() < end);
  EXPECT_FALSE(authorized.allowed()) << "from files that nobody else sees any more";
  EXPECT_FALSE(stage.access().Authenticate(token).authenticated());
  const Decision checked = stage.access().Check(token, stage.request());
  EXPECT_FALSE(checked.allowed());
  EXPECT_EQ(checked.reason(), Reason::kStoreReplaced);
}

}  // namespace
}  // namespace latchkey::test
