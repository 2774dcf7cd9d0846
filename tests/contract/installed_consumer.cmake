# Installs BUILD to a temporary prefix, moves the prefix (nothing in it may know where it was), and
# builds and runs one program against it, found first by CMake, then by pkg-config.
cmake_minimum_required(VERSION 3.25)
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_STRIP_TRAILING_WHITESPACE)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${result}:\n${said}")
  endif()
  set(said "${said}" PARENT_SCOPE)
endfunction()

# The program's first line is the version of the library that it runs with.
function(run_consumer program)
  run(${program})
  message("${said}")
  if(NOT said MATCHES "^latchkey ${VERSION}\n")
    message(FATAL_ERROR "expected version ${VERSION}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK}/temporary)
set(ENV{TMPDIR} ${WORK}/temporary)
set(prefix ${WORK}/moved)
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/installed)
file(RENAME ${WORK}/installed ${prefix})

if(SANITIZE)
  set(flags -fsanitize=${SANITIZE})
endif()
run(${CMAKE_COMMAND} -S ${PROJECT} -B ${WORK}/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${prefix}
    -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_FLAGS=${flags} -DWANTED=${VERSION})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run_consumer(${WORK}/build/consumer)

set(ENV{PKG_CONFIG_PATH} ${prefix}/${LIBDIR}/pkgconfig)
run(${PKG_CONFIG} --cflags --libs "latchkey = ${VERSION}")
separate_arguments(package UNIX_COMMAND "${said}")
run(${COMPILER} -std=c++20 ${flags} ${PROJECT}/main.cc -o ${WORK}/consumer ${package})
run_consumer(${WORK}/consumer)
