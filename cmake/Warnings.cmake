# One place for the warnings that every target of ours compiles under. Warnings are errors.
add_library(zerofc_warnings INTERFACE)
add_library(zerofc::warnings ALIAS zerofc_warnings)
target_compile_options(zerofc_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Wcast-align -Woverloaded-virtual -Wnull-dereference -Wdouble-promotion
  -Wimplicit-fallthrough -Wformat=2 -Werror)
