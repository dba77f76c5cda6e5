"""How two roles differ, skill by skill: `rolescope compare`."""
