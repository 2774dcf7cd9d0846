#include "world.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace demo {

Catalogue FindCatalogue() {
  const std::string real = LATCHKEY_SOURCE_DIR "/../shared/data/iam-catalog.json";
  if (std::filesystem::exists(real)) return {real, true};
  return {LATCHKEY_SOURCE_DIR "/tests/data/catalogue_excerpt.json", false};
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

latchkey::Options OptionsFor(const std::string& path) {
  latchkey::Options options;
  options.path = path;
  options.map_size_bytes = std::uint64_t{1} << 30;
  return options;
}

latchkey::Principal World::Act(const std::string& user, const std::string& account) const {
  return Must(engine.access().Assert(host(), {latchkey::IamId("IBMid-" + user),
                                              latchkey::AccountId(account), std::nullopt}),
              "asserting a user");
}

latchkey::Principal World::ActAs(const std::string& user, const std::string& account,
                                 const std::string& profile) const {
  return Must(
      engine.access().Assert(host(), {latchkey::IamId("IBMid-" + user),
                                      latchkey::AccountId(account), latchkey::IamId(profile)}),
      "asserting a profile");
}

void Fail(const char* what, const absl::Status& status) {
  std::cerr << "demo: " << what << " failed: " << status.message() << "\n";
  std::exit(2);
}

}  // namespace demo
