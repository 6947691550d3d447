option(ZEROFC_FUZZ "Build the fuzz targets with libFuzzer (clang only)" OFF)
if(ZEROFC_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # coverage, in the libraries under test too
endif()

# zerofc_fuzz_target(name SOURCES file… LIBS target… [CORPUS folder…])
#
# A libFuzzer target: one of the sources defines LLVMFuzzerTestOneInput. Preset fuzz builds it as bin/NAME, which
# `./dev fuzz NAME` runs. Wherever tests are built, the same sources are linked with a plain main instead, and the test
# `fuzz.NAME` replays the committed inputs of each CORPUS folder (default: corpus/NAME beside the CMakeLists.txt).
function(zerofc_fuzz_target name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS;CORPUS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "zerofc_fuzz_target(${name}): SOURCES missing, or not understood: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_CORPUS)
    set(arg_CORPUS corpus/${name})
  endif()
  list(TRANSFORM arg_CORPUS PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" REGEX "^[^/]")
  if(ZEROFC_FUZZ)
    add_executable(${name} ${arg_SOURCES})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    # Where `./dev fuzz` finds the seeds.
    string(REPLACE ";" "\n" folders "${arg_CORPUS}")
    file(WRITE "${CMAKE_BINARY_DIR}/corpora/${name}" "${folders}\n")
  else()
    _zerofc_test_wanted(wanted FALSE)
    if(NOT wanted)
      return()
    endif()
    add_executable(${name} ${arg_SOURCES} ${CMAKE_SOURCE_DIR}/fuzz/replay_main.cpp)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    add_dependencies(zerofc_tests ${name})
    add_test(NAME fuzz.${name} COMMAND ${name} ${arg_CORPUS})
    set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT 120 LABELS fuzz)
  endif()
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} zerofc::warnings)
endfunction()
