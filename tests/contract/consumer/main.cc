// A stranger's program: opens a store, makes a key, and is told whose it is.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "latchkey/engine.h"
#include "latchkey/version.h"

namespace {

int Fail(const char* what, const absl::Status& status) {
  std::printf("%s: %s\n", what, std::string(status.message()).c_str());
  return EXIT_FAILURE;
}

int UseStore(const std::string& path) {
  const latchkey::Call host = latchkey::Caller::TrustedHost();
  latchkey::Options options;
  options.path = path + "/store";
  const absl::StatusOr<latchkey::Engine> engine = latchkey::Engine::Open(options);
  if (!engine.ok()) return Fail("open", engine.status());

  const auto user = engine->directory().CreateUser(host, {.id = {}, .realm = {}, .name = "Ada"});
  if (!user.ok()) return Fail("user", user.status());
  const auto account = engine->directory().CreateAccount(
      host, {.id = latchkey::AccountId("acme"), .name = "Acme", .owner = user->id});
  if (!account.ok()) return Fail("account", account.status());
  latchkey::NewApiKey request;
  request.iam_id = user->id;
  request.account_id = account->id;
  request.name = "laptop";
  const auto created = engine->keys().Create(host, request);
  if (!created.ok()) return Fail("key", created.status());

  const latchkey::Principal nobody = engine->access().Authenticate("guess");
  const latchkey::Principal ada = engine->access().Authenticate(created->secret.ExposeSecret());
  const bool right = !nobody.authenticated() && ada.key_id() == created->key.id;
  std::printf("%s\n", std::string(latchkey::NameOf(ada.reason())).c_str());
  return right ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main() {
  std::printf("latchkey %s\n", std::string(latchkey::LibraryVersion()).c_str());
  std::string folder = std::filesystem::temp_directory_path() / "latchkey-consumer-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return EXIT_FAILURE;
  const int result = UseStore(folder);
  std::filesystem::remove_all(folder);
  return result;
}
