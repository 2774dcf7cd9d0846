// The chapters of the demonstration.
#ifndef LATCHKEY_ENGINE_HOSTS_DEMO_SCENES_H_
#define LATCHKEY_ENGINE_HOSTS_DEMO_SCENES_H_

#include <functional>
#include <string>

#include "latchkey/secret.h"

#include "story.h"
#include "world.h"

namespace demo {

// Deletes a key of a store from another process; returns its exit code.
using OtherProcess = std::function<int(const std::string& store, const std::string& key_id)>;

void LoadTheWorld(Story& story, World& world);
// Creates dave's key, the one that the following chapters are about.
latchkey::CreatedKey OneKeyManyAccounts(Story& story, World& world);
void Restrictions(Story& story, World& world, const latchkey::CreatedKey& key);
void LockAndVersions(Story& story, World& world, const latchkey::CreatedKey& key);
void WhoMay(Story& story, World& world, const latchkey::CreatedKey& key);
latchkey::Secret Rotation(Story& story, World& world, const latchkey::CreatedKey& key);
void Revocation(Story& story, World& world, const OtherProcess& delete_elsewhere);
void NothingAtRest(Story& story, World& world, const latchkey::CreatedKey& key,
                   const latchkey::Secret& rotated);

}  // namespace demo

#endif  // LATCHKEY_ENGINE_HOSTS_DEMO_SCENES_H_
