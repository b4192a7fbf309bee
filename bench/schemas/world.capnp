# The world of src/data/world.rs. Cap'n Proto has no maps: `players` is a list sorted by name, for a
# binary search.

@0xd1c7d6f0a2b94e51;

struct Player {
  name @0 :Text;
  level @1 :UInt32;
  x @2 :Float32;
  y @3 :Float32;
  z @4 :Float32;
  inventory @5 :List(UInt32);
}

struct Settings {
  difficulty @0 :UInt8;
  history @1 :List(Text);
}

struct World {
  id @0 :UInt64;
  name @1 :Text;
  settings @2 :Settings;
  terrain @3 :Data;
  players @4 :List(Player);
  allPlayers @5 :List(Player);
}
