// Lock, versions, who may, rotation.
#include "scenes.h"

namespace demo {

using latchkey::Caller;
using latchkey::IfMatch;

void LockAndVersions(Story& story, World& world, const latchkey::CreatedKey& key) {
  story.Chapter("A lock guards against change, not against use");
  const latchkey::Keys keys = world.engine.keys();
  const latchkey::KeyId& id = key.key.id;
  const Caller dave = Caller::Acting(world.Act("dave", "acme"));

  const auto locked = keys.Lock(dave, id, IfMatch::Tag(key.key.entity_tag));
  story.Step("lock", "dave locks his key, naming the version he read", "ok", Told(locked.status()));
  story.Step("locked-delete", "delete the locked key", "locked",
             Told(keys.Delete(dave, id, IfMatch::Any())));
  latchkey::KeyUpdate rename;
  rename.name = "new laptop";
  story.Step("locked-update", "rename the locked key", "locked",
             Told(keys.Update(dave, id, IfMatch::Any(), rename).status()));
  story.Step(
      "locked-use", "authenticate with the locked key", "authenticated",
      std::string(NameOf(world.engine.access().Authenticate(key.secret.ExposeSecret()).reason())));
  story.Step("stale-unlock", "unlock it, naming the version before the lock", "stale_version",
             Told(keys.Unlock(dave, id, IfMatch::Tag(key.key.entity_tag)).status()),
             "somebody changed the key since that version was read");
  story.Step("unlock", "unlock it, any version", "ok",
             Told(keys.Unlock(dave, id, IfMatch::Any()).status()));
  story.Step("update", "rename it now", "ok",
             Told(keys.Update(dave, id, IfMatch::Any(), rename).status()));
}

namespace {

void FillUp(Story& story, World& world) {
  const latchkey::Keys keys = world.engine.keys();
  const Caller frank = Caller::Acting(world.Act("frank", "acme"));
  std::vector<latchkey::NewApiKey> twenty(20);
  for (std::size_t i = 0; i < twenty.size(); ++i) twenty[i].name = "key " + std::to_string(i + 1);
  const auto made = keys.CreateBatch(frank, twenty);
  story.Step("twenty", "frank creates twenty keys in one batch", "20 keys",
             made.ok() ? std::to_string(made->size()) + " keys" : Told(made.status()));
  story.Step("twenty-first", "and one more", "limit_exceeded",
             Told(keys.Create(frank, twenty[0]).status()));
}

}  // namespace

void WhoMay(Story& story, World& world, const latchkey::CreatedKey& key) {
  story.Chapter("Who may");
  const latchkey::Keys keys = world.engine.keys();
  const latchkey::KeyId& id = key.key.id;
  const Caller erin = Caller::Acting(world.Act("erin", "acme"));
  const Caller grace = Caller::Acting(world.Act("grace", "acme"));
  const Caller profile = Caller::Acting(
      world.ActAs("dave", "acme", "iam-Profile-00000000-0000-4000-8000-0000000000bb"));

  story.Step("stranger", "grace, an auditor, reads dave's key", "not_found",
             Told(keys.Get(grace, id).status()), "what she may not see does not exist for her");
  story.Step("admin-disable", "erin, administrator of identities, disables it", "ok",
             Told(keys.Disable(erin, id, IfMatch::Any()).status()));
  story.Step(
      "disabled-use", "authenticate with it", "key_disabled",
      std::string(NameOf(world.engine.access().Authenticate(key.secret.ExposeSecret()).reason())));
  story.Step("admin-enable", "erin enables it again", "ok",
             Told(keys.Enable(erin, id, IfMatch::Any()).status()));
  story.Step("admin-rotate", "erin rotates it", "not_allowed",
             Told(keys.Rotate(erin, id, IfMatch::Any(), absl::ZeroDuration()).status()),
             "rotation yields a secret, and nobody learns another user's");
  latchkey::NewApiKey request;
  request.name = "while on call";
  story.Step("profile-user-key", "dave, applying a trusted profile, creates a user key",
             "not_allowed", Told(keys.Create(profile, request).status()));
  FillUp(story, world);
  const auto findings =
      world.engine.directory().ReportFunctionalIds(world.host(), latchkey::AccountId("acme"));
  story.Step("functional", "report functional IDs that are too wide",
             "IBMid-buildbot in 2 accounts",
             findings.ok() && findings->size() == 1
                 ? findings->front().iam_id.text() + " in " +
                       std::to_string(findings->front().accounts.size()) + " accounts"
                 : Told(findings.status()));
}

latchkey::Secret Rotation(Story& story, World& world, const latchkey::CreatedKey& key) {
  story.Chapter("Rotation");
  const latchkey::Access access = world.engine.access();
  const Caller dave = Caller::Acting(world.Act("dave", "acme"));
  latchkey::CreatedKey rotated =
      Must(world.engine.keys().Rotate(dave, key.key.id, IfMatch::Any(), absl::ZeroDuration()),
           "rotating");
  story.Step("old-secret", "authenticate with the old secret after rotate without overlap",
             "unknown_credential",
             std::string(NameOf(access.Authenticate(key.secret.ExposeSecret()).reason())));
  story.Step("new-secret", "and with the new one", "authenticated",
             std::string(NameOf(access.Authenticate(rotated.secret.ExposeSecret()).reason())));
  const auto history = world.engine.keys().History(dave, key.key.id);
  bool noted = false;
  std::size_t entries = 0;
  if (history.ok()) {
    entries = history->size();
    for (const latchkey::HistoryEntry& entry : *history) noted = noted || entry.refused;
  }
  story.Step("history", "the key's history has every change and the refused attempts", "yes",
             noted && entries >= 7 ? "yes" : "no", std::to_string(entries) + " entries");
  return std::move(rotated.secret);
}

}  // namespace demo
