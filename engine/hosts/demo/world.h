// The stage of the demonstration: a temporary store with a catalogue and an organisation in it.
#ifndef LATCHKEY_ENGINE_HOSTS_DEMO_WORLD_H_
#define LATCHKEY_ENGINE_HOSTS_DEMO_WORLD_H_

#include <string>

#include "absl/status/statusor.h"

#include "latchkey/engine.h"
#include "latchkey/testing.h"

namespace demo {

// IBM's real catalogue where it is at hand, else the project's excerpt; and which one it was.
struct Catalogue {
  std::string path;
  bool is_real = false;
};
Catalogue FindCatalogue();

std::string ReadFile(const std::string& path);

// The options of both processes: production cost of Argon2, the machine's clock.
latchkey::Options OptionsFor(const std::string& path);

class World {
 public:
  World(latchkey::Engine opened, std::string at) : engine(std::move(opened)), path(std::move(at)) {}

  latchkey::Caller host() const { return latchkey::Caller::TrustedHost(); }
  // A user of the organisation, acting from an account; ends the program if it cannot.
  latchkey::Principal Act(const std::string& user, const std::string& account) const;
  latchkey::Principal ActAs(const std::string& user, const std::string& account,
                            const std::string& profile) const;

  latchkey::Engine engine;
  std::string path;
};

// The value, or the end of the program with what went wrong while setting the stage.
template <class T>
T Must(absl::StatusOr<T> result, const char* what);
[[noreturn]] void Fail(const char* what, const absl::Status& status);

template <class T>
T Must(absl::StatusOr<T> result, const char* what) {
  if (!result.ok()) Fail(what, result.status());
  return *std::move(result);
}

}  // namespace demo

#endif  // LATCHKEY_ENGINE_HOSTS_DEMO_WORLD_H_
