// The namespace of the public headers, and what of the library can be seen from outside.
#pragma once

// Everything here is `ingot::Name`. In the symbols it is `ingot::v1::Name`, so that a library of another version, and
// the library's own insides, never meet it under one name.
#ifdef INGOT_BUILDING
#define INGOT_INLINE
#else
#define INGOT_INLINE inline
#endif

#define INGOT_API __attribute__((visibility("default")))
