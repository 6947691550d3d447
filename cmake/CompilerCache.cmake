# Compiles through ccache where it is installed. Its settings travel in the launcher, so that they also hold for a
# plain `cmake --build` or `ninja`. The base directory makes results valid for every clone of this project, and the
# sloppiness is what ccache needs to cache a compilation that uses precompiled headers.
find_program(ZEROFC_CCACHE ccache)
if(ZEROFC_CCACHE AND NOT EMSCRIPTEN)
  set(_launcher env
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${ZEROFC_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${_launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${_launcher})
  unset(_launcher)
endif()
