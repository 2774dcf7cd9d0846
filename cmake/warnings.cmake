# One target that carries the warnings of our own code; never installed. Warnings are errors for us,
# not for those who build latchkey inside their own project.
add_library(latchkey_strict INTERFACE)
target_compile_options(latchkey_strict INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  # g++ 12 at -O3 sees members of an empty std::optional read, and the texts of "a" + std::string
  # overlap, where neither is so; clang does not.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(LATCHKEY_DEVELOPER)
  target_compile_options(latchkey_strict INTERFACE -Werror)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)  # read by clang-tidy and by tests/contract
endif()

# Sanitizers and coverage feedback reach every object: mixed programs report what is not so.
if(LATCHKEY_SANITIZE)
  add_compile_options(-fsanitize=${LATCHKEY_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${LATCHKEY_SANITIZE})
endif()
if(LATCHKEY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
