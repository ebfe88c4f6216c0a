#include "fuzzfeedback.h"

const char *const zy_fuzz_protocol = "server.connection";
