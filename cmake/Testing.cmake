# How tests are declared. Which of them a build tree has is ZEROFC_TESTS:
#   all      every test (presets dev and tsan)
#   release  only those declared with RELEASE, outside of target `all`: what must hold for optimised binaries
#   none     none, so that GoogleTest isn't needed
set(ZEROFC_TESTS "none" CACHE STRING "Which tests are built: all, release or none")
set_property(CACHE ZEROFC_TESTS PROPERTY STRINGS all release none)
option(ZEROFC_TOOL_TESTS "Register the tests that aren't C++: linters, scripts, the page, browsers" OFF)

# Everything that the tests of this tree need; `./dev test` builds it.
add_custom_target(zerofc_tests)

if(ZEROFC_TESTS STREQUAL "release")
  find_package(GTest)  # a machine that only runs 0fc has none, and then there is no such test
  if(NOT GTest_FOUND)
    set(ZEROFC_TESTS "none")
  endif()
elseif(ZEROFC_TESTS STREQUAL "all")
  find_package(GTest REQUIRED)
endif()
if(NOT ZEROFC_TESTS STREQUAL "none")
  include(GoogleTest)
endif()

# True in `out` if a test declared with these flags is built in this tree.
function(_zerofc_test_wanted out release)
  if(ZEROFC_TESTS STREQUAL "all" OR (ZEROFC_TESTS STREQUAL "release" AND release))
    set(${out} TRUE PARENT_SCOPE)
  else()
    set(${out} FALSE PARENT_SCOPE)
  endif()
endfunction()

# zerofc_test(name SOURCES file… [LIBS target…] [LABELS label…] [TIMEOUT seconds] [RELEASE] [WHOLE])
#
# A GoogleTest executable; each TEST in it becomes one CTest test. RELEASE also builds it in the release tree, where
# its tests are called `release.…`. WHOLE registers the executable as one CTest test called `name` instead: for suites
# of many quick cases, or with a fixture that is dear to set up. ZEROFC_SOURCE_DIR is defined for reading test data.
function(zerofc_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "RELEASE;WHOLE" "TIMEOUT" "SOURCES;LIBS;LABELS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "zerofc_test(${name}): SOURCES missing, or not understood: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  _zerofc_test_wanted(wanted "${arg_RELEASE}")
  if(NOT wanted)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()

  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} zerofc::warnings GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE ZEROFC_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  add_dependencies(zerofc_tests ${name})

  set(prefix "")
  if(ZEROFC_TESTS STREQUAL "release")
    set(prefix "release.")
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL TRUE)
  endif()
  set(properties TIMEOUT ${arg_TIMEOUT})
  if(arg_LABELS)
    list(APPEND properties LABELS "${arg_LABELS}")
  endif()
  if(arg_WHOLE)
    add_test(NAME ${prefix}${name} COMMAND ${name})
    set_tests_properties(${prefix}${name} PROPERTIES ${properties})
  else()
    # PRE_TEST: the list is made when CTest runs, so an executable that wasn't built shows as a failed test.
    gtest_discover_tests(${name} TEST_PREFIX "${prefix}" DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
      PROPERTIES ${properties})
  endif()
endfunction()

# zerofc_must_not_compile(name file.cpp EXPECT "regex" [LIBS target…] [CASES macro…])
#
# Proves that misuse doesn't compile. `file.cpp` holds correct code, and beside it, each under its own
# `#ifdef MACRO`, the misuse. One test `name.compiles` compiles the file as it stands and must succeed: without it
# a missing header would pass for a refusal. For every macro in CASES (default: MISUSE) a test `name.MACRO` compiles
# with that macro defined, must fail, and the compiler's output must match EXPECT. Include folders, definitions and
# options are those of LIBS.
function(zerofc_must_not_compile name source)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "EXPECT" "LIBS;CASES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_EXPECT)
    message(FATAL_ERROR "zerofc_must_not_compile(${name}): EXPECT missing, or not understood: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  _zerofc_test_wanted(wanted FALSE)
  if(NOT wanted)
    return()
  endif()
  if(NOT arg_CASES)
    set(arg_CASES MISUSE)
  endif()

  # Never built: it carries the flags that the compilations below need.
  add_library(${name}_probe OBJECT EXCLUDE_FROM_ALL ${source})
  target_link_libraries(${name}_probe PRIVATE ${arg_LIBS} zerofc::warnings)
  target_include_directories(${name}_probe PRIVATE ${CMAKE_SOURCE_DIR})

  set(flags "${CMAKE_CURRENT_BINARY_DIR}/${name}.flags")
  set(includes "$<TARGET_PROPERTY:${name}_probe,INCLUDE_DIRECTORIES>")
  set(definitions "$<TARGET_PROPERTY:${name}_probe,COMPILE_DEFINITIONS>")
  set(options "$<TARGET_PROPERTY:${name}_probe,COMPILE_OPTIONS>")
  file(GENERATE OUTPUT "${flags}" CONTENT "-std=c++${CMAKE_CXX_STANDARD}
$<$<BOOL:${includes}>:-I$<JOIN:$<REMOVE_DUPLICATES:${includes}>,
-I>>
$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},
-D>>
$<JOIN:${options},
>
")
  get_filename_component(path "${source}" ABSOLUTE)
  foreach(case compiles ${arg_CASES})
    add_test(NAME ${name}.${case}
      COMMAND ${CMAKE_COMMAND}
        -DCOMPILER=${CMAKE_CXX_COMPILER} -DFLAGS=${flags} -DSOURCE=${path} -DCASE=${case} -DEXPECT=${arg_EXPECT}
        -P ${CMAKE_SOURCE_DIR}/cmake/MustNotCompile.cmake)
    set_tests_properties(${name}.${case} PROPERTIES TIMEOUT 120 LABELS compile)
  endforeach()
endfunction()

# zerofc_tool_test(name COMMAND … [LABELS …] [TIMEOUT seconds] [ENVIRONMENT VAR=value…] [SERIAL])
#
# Any other program whose exit code says whether it passed, run in the source folder. These exist once, in tree dev.
function(zerofc_tool_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "TIMEOUT" "COMMAND;LABELS;ENVIRONMENT")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_COMMAND)
    message(FATAL_ERROR "zerofc_tool_test(${name}): COMMAND missing, or not understood: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT ZEROFC_TESTS STREQUAL "all" OR NOT ZEROFC_TOOL_TESTS)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT})
  if(arg_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}")
  endif()
  if(arg_ENVIRONMENT)
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "${arg_ENVIRONMENT}")
  endif()
  if(arg_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL TRUE)
  endif()
endfunction()
