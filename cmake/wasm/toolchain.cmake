# WebAssembly with Debian's Emscripten (3.1.6, whose libc++ is LLVM 13's), without any of its JavaScript.
set(EMSCRIPTEN_ROOT_PATH "/usr/share/emscripten")
if(NOT EXISTS "${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake")
  message(FATAL_ERROR "Emscripten isn't installed: on Debian 12, apt-get install emscripten")
endif()
include("${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake")

# Emscripten's JavaScript optimiser runs in Node at link time and wants acorn, which Debian keeps here.
set(CMAKE_C_LINKER_LAUNCHER env NODE_PATH=/usr/share/nodejs)
set(CMAKE_CXX_LINKER_LAUNCHER env NODE_PATH=/usr/share/nodejs)
