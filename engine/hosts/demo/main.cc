// latchkey-demo: the main job on real input, step by step. Exits non-zero if anything is not as
// expected.
//
//   latchkey-demo                 runs
//   latchkey-demo --break STEP    spoils the expectation of one step, and must then fail
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <iostream>
#include <string>

#include "scenes.h"

namespace demo {
namespace {

constexpr char kDeleteVerb[] = "--delete-key";

// The second process: opens the same store and deletes one key.
int DeleteKey(const std::string& store, const std::string& key_id) {
  latchkey::Options options = OptionsFor(store);
  options.mode = latchkey::OpenMode::kMustExist;
  const auto engine = latchkey::Engine::Open(options);
  const auto id = latchkey::KeyId::Parse(key_id);
  if (!engine.ok() || !id) return 2;
  const absl::Status deleted =
      engine->keys().Delete(latchkey::Caller::TrustedHost(), *id, latchkey::IfMatch::Any());
  return deleted.ok() ? 0 : 1;
}

int RunOtherProcess(const std::string& store, const std::string& key_id) {
  const pid_t child = fork();
  if (child == 0) {
    execl("/proc/self/exe", "latchkey-demo", kDeleteVerb, store.c_str(), key_id.c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

int Run(std::string_view spoiled) {
  const latchkey::testing::TemporaryStore store;
  World world(Must(latchkey::Engine::Open(OptionsFor(store.path())), "opening the store"),
              store.path());
  Story story(spoiled);
  LoadTheWorld(story, world);
  const latchkey::CreatedKey key = OneKeyManyAccounts(story, world);
  Restrictions(story, world, key);
  LockAndVersions(story, world, key);
  WhoMay(story, world, key);
  const latchkey::Secret rotated = Rotation(story, world, key);
  Revocation(story, world, RunOtherProcess);
  NothingAtRest(story, world, key, rotated);
  return story.Close();
}

}  // namespace
}  // namespace demo

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], demo::kDeleteVerb) == 0) {
    return demo::DeleteKey(argv[2], argv[3]);
  }
  if (argc == 1) return demo::Run("");
  if (argc == 3 && std::strcmp(argv[1], "--break") == 0) return demo::Run(argv[2]);
  std::cerr << "usage: latchkey-demo [--break STEP]\n";
  return 2;
}
