# Writes the body of the example of `header` to the variable named `out`: the lines that follow
# "// Example" up to an empty comment line, without their "//   ".
function(latchkey_header_example header out)
  file(READ ${header} text)
  string(FIND "${text}" "\n// Example\n" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "${header}: has no example; say how it is used after a line // Example")
  endif()
  math(EXPR begin "${begin} + 11")
  string(SUBSTRING "${text}" ${begin} -1 text)
  string(FIND "${text}" "\n//\n" end)
  string(SUBSTRING "${text}" 0 ${end} text)
  string(REPLACE "\n//   " "\n  " body "${text}")
  set(${out} "${body}" PARENT_SCOPE)
endfunction()

# Writes header_examples.inc to `file`: a function Example_NAME for each of the headers named, and
# the table kExamples of all of them.
function(latchkey_write_header_examples folder file)
  set(functions "")
  set(rows "")
  foreach(name IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/${name}.h)
    latchkey_header_example(${folder}/${name}.h body)
    string(APPEND functions
           "absl::Status Example_${name}([[maybe_unused]] const World& world) {\n"
           "  [[maybe_unused]] const auto& [engine, host, caller, acme, bob, id, token] = world;"
           "${body}\n  return absl::OkStatus();\n}\n\n")
    string(APPEND rows "    {\"${name}\", Example_${name}},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${file}
       CONTENT "${functions}const Example kExamples[] = {\n${rows}};\n" @ONLY)
endfunction()
