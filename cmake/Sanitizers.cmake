# ZEROFC_SANITIZE names what every target is built with: "address,undefined", "thread", or nothing.
set(ZEROFC_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, comma separated")
if(ZEROFC_SANITIZE)
  add_compile_options(-fsanitize=${ZEROFC_SANITIZE} -fno-omit-frame-pointer)
  if(ZEROFC_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=all)
  endif()
  add_link_options(-fsanitize=${ZEROFC_SANITIZE})
endif()
