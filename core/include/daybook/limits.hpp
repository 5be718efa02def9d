// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

/// Every limit of the log. Passing one fails with `errc::too_large` or `errc::invalid_argument`
/// and changes nothing.
namespace daybook::limits {

inline constexpr std::size_t stream_bytes_max = 512;
inline constexpr std::size_t type_bytes_max = 256;
inline constexpr std::size_t schema_bytes_max = 64;
inline constexpr std::size_t correlation_bytes_max = 512;
inline constexpr std::size_t actor_type_bytes_max = 64;
inline constexpr std::size_t actor_id_bytes_max = 512;
inline constexpr std::size_t actor_model_bytes_max = 128;
inline constexpr std::size_t content_type_bytes_max = 128;
inline constexpr std::size_t tags_max = 64;
inline constexpr std::size_t tag_bytes_max = 512;  ///< Key, colon and value together.
inline constexpr std::size_t causes_max = 64;
inline constexpr std::size_t extensions_bytes_max = 1U << 20U;  ///< With the trace.
inline constexpr std::size_t traceparent_bytes_max = 256;       ///< Version 00 has 55.
inline constexpr std::size_t tracestate_bytes_max = 4096;

inline constexpr std::size_t commit_events_max = 65'536;
/// Records of one commit together; `store_options::commit_bytes_max` may lower or raise it.
inline constexpr std::size_t commit_bytes_max_default = 16U << 20U;
inline constexpr std::size_t commit_bytes_max_ceiling = 256U << 20U;

/// Payload fields that one store may index, and the longest value that is indexed (longer values
/// are found by reading the candidates).
inline constexpr std::size_t indexed_fields_max = 32;
inline constexpr std::size_t indexed_value_bytes_max = 256;

/// Events per segment, the unit in which indexes are sealed.
inline constexpr std::uint64_t segment_events = 65'536;

}  // namespace daybook::limits
