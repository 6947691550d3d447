#include "core/wire/tests/cddl_parse.hpp"

#include <algorithm>
#include <cctype>
#include <limits>
#include <stdexcept>

#include "core/wire/tests/support.hpp"

namespace zerofc::cddl {
namespace {

struct Token {
  enum class Kind : std::uint8_t { kName, kNumber, kText, kHex, kSign, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;
};

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  const auto take_while = [&](auto wanted) {
    const std::size_t from = at;
    while (at < text.size() && wanted(text[at])) ++at;
    return std::string(text.substr(from, at - from));
  };
  while (at < text.size()) {
    const char c = text[at];
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      ++at;
    } else if (c == ';') {
      take_while([](char other) { return other != '\n'; });
    } else if (c == '"') {
      ++at;
      tokens.push_back({Token::Kind::kText, take_while([](char other) { return other != '"'; })});
      ++at;
    } else if (text.substr(at, 2) == "h'") {
      at += 2;
      tokens.push_back({Token::Kind::kHex, take_while([](char other) { return other != '\''; })});
      ++at;
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      tokens.push_back({Token::Kind::kNumber, take_while([](char other) {
                          return std::isdigit(static_cast<unsigned char>(other)) != 0;
                        })});
    } else if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      tokens.push_back({Token::Kind::kName, take_while(is_name_char)});
    } else if (text.substr(at, 2) == "..") {
      tokens.push_back({Token::Kind::kSign, ".."});
      at += 2;
    } else if (text.substr(at, 5) == ".size") {
      tokens.push_back({Token::Kind::kSign, ".size"});
      at += 5;
    } else {
      tokens.push_back({Token::Kind::kSign, std::string(1, c)});
      ++at;
    }
  }
  tokens.emplace_back();
  return tokens;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(tokens_of(text)) {}

  std::map<std::string, std::vector<Type>> rules() {
    std::map<std::string, std::vector<Type>> rules;
    while (peek().kind != Token::Kind::kEnd) {
      const std::string name = take(Token::Kind::kName);
      expect("=");
      if (!rules.emplace(name, choices()).second) refuse("two rules " + name);
    }
    return rules;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw std::runtime_error("CDDL: " + what + " at token " + std::to_string(at_) + " '" +
                             tokens_[at_].text + "'");
  }
  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  std::string take(Token::Kind kind) {
    if (peek().kind != kind) refuse("not what was expected");
    return tokens_[at_++].text;
  }
  bool is_sign(std::string_view sign, std::size_t ahead = 0) const {
    return peek(ahead).kind == Token::Kind::kSign && peek(ahead).text == sign;
  }
  bool accept(std::string_view sign) {
    if (!is_sign(sign)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view sign) {
    if (!accept(sign)) refuse("expected " + std::string(sign));
  }
  std::uint64_t number() { return std::stoull(take(Token::Kind::kNumber)); }

  std::vector<Type> choices() {
    std::vector<Type> choices;
    do {
      choices.push_back(type());
    } while (accept("/"));
    return choices;
  }

  Type type() {
    Type type;
    if (accept("[")) {
      type.kind = Type::Kind::kArray;
      type.group = group("]");
    } else if (accept("{")) {
      type.kind = Type::Kind::kMap;
      type.group = group("}");
      for (const GroupEntry& entry : type.group) {
        if (!entry.key) refuse("an entry of a map without a key before");
      }
    } else if (accept("&")) {
      type.kind = Type::Kind::kEnum;
      expect("(");
      do {
        take(Token::Kind::kName);
        expect(":");
        type.values.push_back(number());
      } while (accept(","));
      expect(")");
    } else if (peek().kind == Token::Kind::kText) {
      type.kind = Type::Kind::kText;
      type.text = take(Token::Kind::kText);
    } else if (peek().kind == Token::Kind::kHex) {
      type.kind = Type::Kind::kBytes;
      const Bytes bytes = test::from_hex(take(Token::Kind::kHex));
      type.text = text_of(bytes);
    } else if (peek().kind == Token::Kind::kNumber) {
      type.kind = Type::Kind::kNumber;
      type.low = type.high = number();
      if (accept("..")) {
        type.kind = Type::Kind::kRange;
        type.high = number();
      }
    } else {
      type.text = take(Token::Kind::kName);
      if (accept(".size")) {
        type.kind = Type::Kind::kSized;
        const bool is_range = accept("(");
        type.low = type.high = number();
        if (is_range) {
          expect("..");
          type.high = number();
          expect(")");
        }
      }
    }
    return type;
  }

  std::vector<GroupEntry> group(std::string_view end) {
    std::vector<GroupEntry> group;
    if (accept(end)) return group;
    do {
      group.push_back(entry());
    } while (accept(","));
    expect(end);
    return group;
  }

  GroupEntry entry() {
    GroupEntry entry;
    if (accept("?")) {
      entry.least = 0;
    } else if (is_sign("*") || (peek().kind == Token::Kind::kNumber && is_sign("*", 1))) {
      entry.least = is_sign("*") ? 0 : number();
      expect("*");
      // A bound and not the number that an entry starts with, which is followed by ':'.
      const bool bounded = peek().kind == Token::Kind::kNumber && !is_sign(":", 1);
      entry.most = bounded ? number() : std::numeric_limits<std::size_t>::max();
    }
    // A key of a map, or the name of an element, which says nothing about the bytes.
    if (is_sign(":", 1)) {
      if (peek().kind == Token::Kind::kNumber) {
        entry.key = number();
      } else {
        take(Token::Kind::kName);
      }
      expect(":");
    }
    entry.choices = choices();
    return entry;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace

std::map<std::string, std::vector<Type>> parse(std::string_view text) {
  return Parser(text).rules();
}

}  // namespace zerofc::cddl
