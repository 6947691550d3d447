#include "sim/tests/scene.hpp"

#include <algorithm>

#include "themis/testing/seeded_random.hpp"

namespace zerofc::sim {

Scene::Scene() {
  EXPECT_TRUE(themis::testing::install_seeded_random());
  world = std::make_unique<World>(2026);
  stranger = std::make_unique<Device>(world->scheduler, world->trace, world->server, world->ledger,
                                      "stranger");
  stranger->create();
  olga().create();
  world->pass(kSoon);
  stranger->say("plaintext of a stranger");
  stranger->rotate();
  admit(ben());
  admit(carl());
}

void Scene::admit(Device& newcomer) {
  olga().invite();
  world->pass(kSoon);
  const auto links = olga().links();
  ASSERT_FALSE(links.empty());
  world->followed[&newcomer] = links.back();
  newcomer.join(links.back());
  world->pass(kSoon);
}

void Scene::say(Device& one, const std::string& text) {
  one.say("plaintext " + text);
  world->pass(kSoon);
}

void Scene::lie(std::string_view name) {
  for (const Mutation* one : all_mutations()) {
    if (one->name == name) mutation = *one;
  }
  ASSERT_EQ(mutation.name, name);
  mutation.percent = 100;
  mutation.times_max = 1;
  evil = std::make_unique<EvilServer>(*world, *stranger, mutation, 1);
}

void Scene::stop_lying() {
  ASSERT_NE(evil, nullptr);
  EXPECT_GE(evil->reached(), 1U) << mutation.name;
  evil->repent();
  world->come_to_rest();
}

bool Scene::shows(const Device& one, const std::string& text) {
  return std::any_of(one.page.items.begin(), one.page.items.end(), [&](const auto& item) {
    return item.second.kind == ui::ItemKind::kText && item.second.text == "plaintext " + text;
  });
}

void Scene::expect_nobody_deceived(const Latitude& latitude) {
  EXPECT_EQ(check_conduct(*world), Faults());
  EXPECT_EQ(check_authors(*world, latitude), Faults());
  EXPECT_EQ(check_no_silent_fork(*world, latitude.liars), Faults());
  EXPECT_EQ(check_keys(*world), Faults());
}

void Scene::expect_nothing_happened() {
  EXPECT_EQ(check_rest(*world), Faults());
  EXPECT_EQ(check_one_conversation(*world), Faults());
}

}  // namespace zerofc::sim
