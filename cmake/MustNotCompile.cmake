# Compiles SOURCE with COMPILER and the options in file FLAGS. CASE "compiles" must succeed; any other CASE is a macro
# that brings the misuse in: then the compiler must fail, and say something that matches EXPECT.
set(define "")
if(NOT CASE STREQUAL "compiles")
  set(define "-D${CASE}")
endif()
set(ENV{LC_ALL} C)
execute_process(
  COMMAND ${COMPILER} @${FLAGS} ${define} -fsyntax-only ${SOURCE}
  RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)

if(CASE STREQUAL "compiles")
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "The correct code doesn't compile, so a refusal would prove nothing:\n${output}")
  endif()
elseif(code EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiles with ${CASE} defined, but must not.")
elseif(NOT output MATCHES "${EXPECT}")
  message(FATAL_ERROR "${CASE} is refused, but for another reason than \"${EXPECT}\":\n${output}")
endif()
