# ZEROFC_SANITIZE names what every target is built with: "address,undefined", "thread", or nothing.
set(ZEROFC_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, comma separated")
if(ZEROFC_SANITIZE)
  add_compile_options(-fsanitize=${ZEROFC_SANITIZE} -fno-omit-frame-pointer)
  if(ZEROFC_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=all)
  endif()
  add_link_options(-fsanitize=${ZEROFC_SANITIZE})
endif()

# The sanitizers' checks between the lines lead GCC's flow analysis astray; the release build keeps these warnings.
# -Wtsan: ThreadSanitizer doesn't model fences; Asio has one, and uses it correctly.
if(ZEROFC_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(zerofc_warnings INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized)
  if(ZEROFC_SANITIZE MATCHES "thread")
    target_compile_options(zerofc_warnings INTERFACE -Wno-tsan)
  endif()
endif()
