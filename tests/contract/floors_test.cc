// Goal: the include lines obey the floors. Method: read every one of them, with the build's own
// table. Each checker also gets a tree with a planted violation, and must find exactly that.
#include "contract/floors.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace latchkey::contract {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::SizeIs;

const Tree& RealTree() {
  static const Tree tree = ReadTree(LATCHKEY_SOURCE_DIR);
  return tree;
}

Floors RealFloors() { return ParseFloors(RealTree().at("cmake/floors.cmake")); }

Floors TwoFloors() {
  return ParseFloors(
      "set(latchkey_floors base kv facade)\n"
      "set(below_base \"\")\n"
      "set(below_kv base)\n"
      "set(below_facade base kv)\n");
}

auto At(const std::string& path) { return Field(&Finding::path, path); }

TEST(Floors, TheTableIsReadAndHasNoCircle) {
  const Floors floors = RealFloors();
  EXPECT_THAT(floors.order, SizeIs(testing::Ge(10U)));
  EXPECT_THAT(floors.below, SizeIs(floors.order.size()));
  EXPECT_TRUE(Clean(CheckFloorTable(floors)));
}

TEST(Floors, DomainSiblingsStandOnTheBaseAlone) {
  const Floors floors = RealFloors();
  for (const char* floor : {"lifecycle", "authn", "authz"}) {
    EXPECT_THAT(floors.below.at(floor), ElementsAre("base")) << floor;
  }
}

TEST(Floors, EverySourceLiesOnAFloor) {
  EXPECT_TRUE(Clean(CheckFolders(RealTree(), RealFloors())));
}

TEST(Floors, EveryIncludePointsDownOrStays) {
  EXPECT_TRUE(Clean(CheckEngineIncludes(RealTree(), RealFloors())));
}

TEST(Floors, PublicHeadersShowNoInnerParts) { EXPECT_TRUE(Clean(CheckPublicIncludes(RealTree()))); }

TEST(Floors, EachCLibraryHasOneDoor) { EXPECT_TRUE(Clean(CheckDoors(RealTree()))); }

TEST(Floors, NoHeaderReachesItself) { EXPECT_TRUE(Clean(CheckCircles(RealTree()))); }

TEST(FloorsChecker, FindsAMissingRowAndAFloorThatStandsOnALaterOne) {
  const Floors floors = ParseFloors("set(latchkey_floors kv base)\nset(below_kv base)\n");
  EXPECT_THAT(CheckFloorTable(floors), SizeIs(2));
}

TEST(FloorsChecker, FindsASourceOutsideTheFloors) {
  const Tree tree = {{"engine/attic/box.cc", ""},
                     {"engine/kv/deep/box.cc", ""},
                     {"engine/loose.cc", ""},
                     {"engine/kv/env.cc", ""},
                     {"engine/hosts/demo/main.cc", ""}};
  EXPECT_THAT(
      CheckFolders(tree, TwoFloors()),
      ElementsAre(At("engine/attic/box.cc"), At("engine/kv/deep/box.cc"), At("engine/loose.cc")));
}

TEST(FloorsChecker, FindsAnIncludeThatGoesUpOrSideways) {
  const Tree tree = {{"engine/base/a.h", "#include \"engine/kv/env.h\"\n"},
                     {"engine/kv/env.h", "\n  #  include \"engine/facade/core.h\"\n"},
                     {"engine/facade/core.cc", "#include \"engine/kv/env.h\"\n"}};
  EXPECT_THAT(CheckEngineIncludes(tree, TwoFloors()),
              ElementsAre(At("engine/base/a.h"),
                          testing::AllOf(At("engine/kv/env.h"), Field(&Finding::line, 2U))));
}

TEST(FloorsChecker, FindsARoofHeaderBelowTheFacade) {
  const Tree tree = {{"engine/kv/env.cc", "#include \"latchkey/engine.h\"\n"},
                     {"engine/facade/core.cc", "#include \"latchkey/engine.h\"\n"}};
  EXPECT_THAT(CheckEngineIncludes(tree, TwoFloors()), ElementsAre(At("engine/kv/env.cc")));
}

TEST(FloorsChecker, FindsAnIncludeThatHidesItsFloor) {
  const Tree tree = {{"engine/kv/env.cc", "#include \"env.h\"\n#include \"../facade/core.h\"\n"}};
  EXPECT_THAT(CheckEngineIncludes(tree, TwoFloors()), SizeIs(2));
}

TEST(FloorsChecker, FindsAHostThatLooksInside) {
  const Tree tree = {{"engine/hosts/demo/main.cc",
                      "#include \"latchkey/engine.h\"\n"
                      "#include \"engine/hosts/demo/steps.h\"\n"
                      "#include \"engine/base/error.h\"\n"}};
  EXPECT_THAT(CheckEngineIncludes(tree, TwoFloors()), ElementsAre(Field(&Finding::line, 3U)));
}

TEST(FloorsChecker, FindsWhatAPublicHeaderMustNotShow) {
  const Tree tree = {{"include/latchkey/policy.h",
                      "#include <vector>\n"
                      "#include <lmdb.h>\n"
                      "#include \"engine/base/error.h\"\n"
                      "#include \"latchkey/keys.h\"\n"
                      "#include \"absl/time/time.h\"\n"}};
  EXPECT_THAT(
      CheckPublicIncludes(tree),
      ElementsAre(Field(&Finding::line, 2U), Field(&Finding::line, 3U), Field(&Finding::line, 4U)));
}

TEST(FloorsChecker, FindsAHandleThatIsNoRoof) {
  const std::string handle = "class Keys { std::shared_ptr<facade::Core> core_; };\n";
  const Tree tree = {{"include/latchkey/keys.h", handle}, {"include/latchkey/policy.h", handle}};
  EXPECT_THAT(CheckPublicIncludes(tree), ElementsAre(At("include/latchkey/policy.h")));
}

TEST(FloorsChecker, FindsASecondDoorAndADoorInTheWrongRoom) {
  const Tree tree = {{"engine/codec/records.cc", "#include \"engine/codec/records.pb.h\"\n"},
                     {"engine/crypto/a.cc", "#include <sodium.h>\n"},
                     {"engine/crypto/b.cc", "#include <sodium/utils.h>\n"},
                     {"engine/kv/env.cc", "#include <lmdb.h>\n"},
                     {"engine/store/store.cc", "#include <lmdb.h>\n"},
                     {"engine/store/table.h", "#include \"engine/codec/records.pb.h\"\n"}};
  EXPECT_THAT(CheckDoors(tree), ElementsAre(At("engine/store/store.cc"), At("engine/store/table.h"),
                                            At("engine/crypto/b.cc")));
}

TEST(FloorsChecker, FindsACircle) {
  const Tree tree = {{"engine/kv/a.h", "#include \"engine/kv/b.h\"\n"},
                     {"engine/kv/b.h", "#include \"engine/kv/c.h\"\n"},
                     {"engine/kv/c.h", "#include \"engine/kv/a.h\"\n"}};
  EXPECT_THAT(CheckCircles(tree), ElementsAre(At("engine/kv/c.h")));
}

}  // namespace
}  // namespace latchkey::contract
