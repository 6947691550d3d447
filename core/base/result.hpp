// Errors are values that can't be dropped silently.
#pragma once

#include <tl/expected.hpp>

namespace zerofc {

template <class T, class E>
class [[nodiscard]] Result : public tl::expected<T, E> {
 public:
  using tl::expected<T, E>::expected;
};

template <class E>
[[nodiscard]] inline tl::unexpected<E> fail(E error) {
  return tl::unexpected<E>(error);
}

}  // namespace zerofc
