#include "fuzzfeedback.h"

const char *const zy_fuzz_protocol = "http2.frame";
