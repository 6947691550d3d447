# What every target of preset wasm is compiled with, and how the module is linked.
if(NOT EMSCRIPTEN)
  message(FATAL_ERROR "cmake/Wasm.cmake is for the wasm preset only")
endif()

# /usr/include isn't part of Emscripten's system root and must never be: its libc is another. So header-only libraries
# are linked, one by one, into a folder of their own.
set(_links "${CMAKE_BINARY_DIR}/include")
file(MAKE_DIRECTORY "${_links}")
foreach(_library tl)
  if(NOT EXISTS "/usr/include/${_library}")
    message(FATAL_ERROR "/usr/include/${_library} is missing (Debian: libexpected-dev)")
  endif()
  file(CREATE_LINK "/usr/include/${_library}" "${_links}/${_library}" SYMBOLIC)
endforeach()

add_compile_options(-fno-exceptions -fno-rtti -isystem "${_links}" "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")

# zerofc_wasm_module(name SOURCES file… LIBS target… IMPORTS file.js)
#
# Links `name`.wasm into bin/: exports are the functions marked `export_name` or `used, visibility("default")`, imports
# those that IMPORTS declares as empty functions, and nothing of Emscripten's JavaScript. The host calls `_initialize`
# once, before anything else. Its memory grows to 512 MiB and no further. Made small rather than fast: people wait for the
# download, and what is slow happens in libthemis.
function(zerofc_wasm_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "IMPORTS" "SOURCES;LIBS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES OR NOT arg_IMPORTS)
    message(FATAL_ERROR "zerofc_wasm_module(${name}): SOURCES or IMPORTS missing, or not understood: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  get_filename_component(imports "${arg_IMPORTS}" ABSOLUTE)
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} zerofc::warnings)
  set_target_properties(${name} PROPERTIES SUFFIX ".wasm" LINK_DEPENDS "${imports}")
  target_link_options(${name} PRIVATE
    -Oz --no-entry --js-library "${imports}"
    -sSTANDALONE_WASM=1 -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=512MB -sMALLOC=emmalloc -sFILESYSTEM=0)
endfunction()
