// Loading the organisation, and what one key reaches.
#include "scenes.h"

namespace demo {

using latchkey::AccessRequest;
using latchkey::Caller;
using latchkey::Decision;
using latchkey::RequestAttribute;

void LoadTheWorld(Story& story, World& world) {
  story.Chapter("The world: a catalogue and an organisation");
  const Catalogue catalogue = FindCatalogue();
  const auto services =
      world.engine.policies().LoadCatalogue(world.host(), ReadFile(catalogue.path));
  const std::size_t least = catalogue.is_real ? 189 : 8;
  const bool enough = services.ok() && *services >= least;
  story.Step("load-catalogue",
             catalogue.is_real ? "load IBM's catalogue of services"
                               : "load the project's excerpt of the catalogue",
             "at least " + std::to_string(least) + " services",
             enough ? "at least " + std::to_string(least) + " services" : Told(services.status()));

  const auto import = world.engine.directory().Import(
      world.host(), ReadFile(LATCHKEY_SOURCE_DIR "/engine/hosts/demo/organisation.json"));
  story.Step("import", "import the organisation in one call",
             "3 accounts, 12 users, 6 groups, 21 policies",
             import.ok()
                 ? std::to_string(import->accounts) + " accounts, " +
                       std::to_string(import->users) + " users, " + std::to_string(import->groups) +
                       " groups, " + std::to_string(import->policies) + " policies"
                 : std::string(import.status().message()));
}

namespace {

constexpr RequestAttribute kBuilds[] = {{"serviceInstance", "builds"}};
constexpr RequestAttribute kManifests[] = {{"serviceInstance", "manifests"}};
constexpr AccessRequest kPutBuild = {"acme", "cloud-object-storage",
                                     "cloud-object-storage.object.put", kBuilds};
constexpr AccessRequest kReadBeta = {"beta", "cloud-object-storage",
                                     "cloud-object-storage.object.get", kManifests};
constexpr AccessRequest kPutBeta = {"beta", "cloud-object-storage",
                                    "cloud-object-storage.object.put", kManifests};
constexpr AccessRequest kReadGamma = {
    "gamma", "cloud-object-storage", "cloud-object-storage.object.get", {}};

void LimitGamma(Story& story, World& world, std::string_view token) {
  const latchkey::Access access = world.engine.access();
  const latchkey::Directory directory = world.engine.directory();
  story.Step("gamma-open", "dave's key reads in gamma, where he is a guest",
             "allow (allowed_by_policy)", Told(access.Check(token, kReadGamma)));
  const auto gamma =
      Must(directory.GetAccount(world.host(), latchkey::AccountId("gamma")), "reading gamma");
  latchkey::AccountSettings settings = gamma.settings;
  settings.external_users.mode = latchkey::ExternalMode::kLimited;
  const latchkey::Principal carol = world.Act("carol", "gamma");
  const auto limited = directory.UpdateSettings(Caller::Acting(carol), gamma.id,
                                                latchkey::IfMatch::Tag(gamma.entity_tag), settings);
  story.Step("limit-gamma", "carol, owner of gamma, sets external users to limited", "ok",
             Told(limited.status()));
  story.Step("gamma-limited", "the same request of dave's key, made in acme",
             "deny (external_identity)", Told(access.Check(token, kReadGamma)),
             "the account admits only principals that act from itself or a listed account");
}

}  // namespace

latchkey::CreatedKey OneKeyManyAccounts(Story& story, World& world) {
  story.Chapter("One key, every account its owner reaches");
  const latchkey::Access access = world.engine.access();
  const latchkey::Principal dave = world.Act("dave", "acme");
  latchkey::NewApiKey request;
  request.name = "laptop";
  request.description = "dave's command line";
  latchkey::CreatedKey key =
      Must(world.engine.keys().Create(Caller::Acting(dave), request), "creating dave's key");
  story.Step("create", "dave creates a key in acme; its secret is shown this once",
             "owner IBMid-dave, 90 characters",
             "owner " + key.key.iam_id.text() + ", " +
                 std::to_string(key.secret.ExposeSecret().size()) + " characters");

  const std::string_view token = key.secret.ExposeSecret();
  const latchkey::Principal who = access.Authenticate(token);
  const auto described = access.Describe(world.host(), who);
  story.Step("whose", "whose key is this?", "IBMid-dave from acme by key laptop",
             described.ok() ? described->identity.text() + " from " + described->account.text() +
                                  " by key " + described->key_name
                            : Told(described.status()));
  story.Step("home", "may it put an object of the builds instance in acme?",
             "allow (allowed_by_policy)", Told(access.Check(token, kPutBuild)));
  const Decision beta = access.Check(token, kReadBeta);
  story.Step("abroad", "may it read manifests in beta, another account?",
             "allow (allowed_by_policy)", Told(beta),
             "dave is in beta's group Partners; the key inherits all that he has");
  story.Step("abroad-write", "may it write there?", "deny (no_policy)",
             Told(access.Check(token, kPutBeta)));
  LimitGamma(story, world, token);

  const auto allowed = access.Explain(world.host(), who, kReadBeta);
  story.Step("explain-allow", "explain the reading in beta", "1 grant through a group",
             allowed.ok() && allowed->grants.size() == 1 && allowed->grants[0].group
                 ? "1 grant through a group"
                 : Told(allowed.status()),
             allowed.ok() ? allowed->text : "");
  const auto denied = access.Explain(world.host(), who, kPutBeta);
  story.Step("explain-deny", "explain the refused writing", "no grant, a near miss",
             denied.ok() && denied->grants.empty() && !denied->near_misses.empty()
                 ? "no grant, a near miss"
                 : Told(denied.status()),
             denied.ok() ? denied->text : "");
  return key;
}

}  // namespace demo
