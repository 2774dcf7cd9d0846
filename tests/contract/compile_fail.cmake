# SOURCE compiles as it is and does not compile with LATCHKEY_FAILING_HALF; then the compiler's
# words match every pattern of its lines `// expect: PATTERN`. Not compiling for another reason
# fails.
cmake_minimum_required(VERSION 3.25)
file(STRINGS ${SOURCE} patterns REGEX "^// expect: ")
if(NOT patterns)
  message(FATAL_ERROR "${SOURCE} does not say what it expects")
endif()
set(compile ${COMPILER} -std=c++20 -fsyntax-only -Werror=unused-result)
foreach(folder IN LISTS INCLUDES)
  list(APPEND compile -I${folder})
endforeach()

execute_process(COMMAND ${compile} ${SOURCE}
                RESULT_VARIABLE result ERROR_VARIABLE said OUTPUT_QUIET)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the good half does not compile:\n${said}")
endif()
execute_process(COMMAND ${compile} -DLATCHKEY_FAILING_HALF ${SOURCE}
                RESULT_VARIABLE result ERROR_VARIABLE said OUTPUT_QUIET)
if(result EQUAL 0)
  message(FATAL_ERROR "the failing half compiles")
endif()
foreach(pattern IN LISTS patterns)
  string(REGEX REPLACE "^// expect: " "" pattern "${pattern}")
  if(NOT said MATCHES "${pattern}")
    message(FATAL_ERROR "not the message expected, ${pattern}:\n${said}")
  endif()
endforeach()
