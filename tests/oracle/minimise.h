// tests/oracle/minimise.h: from a world in which something is wrong to the smallest part of it that
// still shows it.
#ifndef LATCHKEY_TESTS_ORACLE_MINIMISE_H_
#define LATCHKEY_TESTS_ORACLE_MINIMISE_H_

#include <functional>

#include "oracle/world.h"

namespace oracle {

struct Case {
  World world;
  Actor actor;
  Request request;
};

// Leaves out one thing after the other (accounts, memberships, policies, their attributes and
// roles, services, attributes of the request, …) as long as `shows` stays true, until nothing more
// can go. `shows` is true of `whole`.
Case Minimised(Case whole, const std::function<bool(const Case&)>& shows);

}  // namespace oracle

#endif  // LATCHKEY_TESTS_ORACLE_MINIMISE_H_
