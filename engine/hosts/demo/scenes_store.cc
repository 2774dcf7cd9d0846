// Revocation across processes, and what lies on the disk.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "scenes.h"
#include "search.h"

namespace demo {

using latchkey::Caller;

void Revocation(Story& story, World& world, const OtherProcess& delete_elsewhere) {
  story.Chapter("Zero staleness");
  const latchkey::Access access = world.engine.access();
  latchkey::NewApiKey request;
  request.name = "short life";
  const latchkey::CreatedKey key = Must(
      world.engine.keys().Create(Caller::Acting(world.Act("ivan", "beta")), request), "creating");
  const latchkey::AccessRequest read = {
      "beta", "cloud-object-storage", "cloud-object-storage.object.get", {}};
  const std::string_view token = key.secret.ExposeSecret();
  static_cast<void>(access.Check(token, read));
  const latchkey::Principal kept = access.Authenticate(token);
  story.Step("before", "ivan's key, warm in this process, reads in beta",
             "allow (allowed_by_policy)", Told(access.Check(token, read)));
  story.Step("elsewhere", "a second process deletes the key", "exit 0",
             "exit " + std::to_string(delete_elsewhere(world.path, key.key.id.ToString())));
  story.Step("after", "the very next call here", "refused (unknown_credential)",
             Told(access.Check(token, read)), "a deleted key answers like an unknown one");
  story.Step("kept", "and with the principal kept from before", "refused (principal_revoked)",
             Told(access.Authorize(kept, read)));
}

void NothingAtRest(Story& story, World& world, const latchkey::CreatedKey& key,
                   const latchkey::Secret& rotated) {
  story.Chapter("Nothing reversible at rest");
  std::vector<std::string> needles = SpellingsOf(key.secret.ExposeSecret());
  for (const std::string& spelling : SpellingsOf(rotated.ExposeSecret())) {
    needles.push_back(spelling);
  }
  const latchkey::testing::TemporaryStore planted;
  std::filesystem::create_directories(planted.path());
  for (std::size_t i = 0; i < needles.size(); ++i) {
    std::ofstream(planted.path() + "/" + std::to_string(i)) << "before " << needles[i] << " after";
  }
  // The digits stand inside the whole token as well: five spellings are found six times a secret.
  const Found positive = Search(planted.path(), needles);
  story.Step("planted", "search a planted copy of both secrets in 5 spellings each", "12 hits",
             std::to_string(positive.hits) + " hits");
  const Found found = Search(world.path, needles);
  story.Step("at-rest", "search all files of the store", "0 hits",
             std::to_string(found.hits) + " hits",
             std::to_string(found.bytes) + " bytes in " + std::to_string(found.files) + " files");
}

}  // namespace demo
