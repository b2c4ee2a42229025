// SPDX-License-Identifier: Apache-2.0
#include "app/engine/session/Notes.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <unistd.h>
#include <utility>

namespace rankscope::engine {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr const char* kFormat = "rankscope notes";
constexpr int kVersion = 1;

/// One line: no control characters, not longer than a note may be, whole UTF-8 characters.
std::string oneLine(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            c = ' ';
    if (text.size() > kLongestNote) {
        std::size_t end = kLongestNote;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            --end;
        text.resize(end);
    }
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos)
        return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string textOf(const ordered_json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string()
               ? oneLine(found->get_ref<const std::string&>())
               : std::string();
}

std::optional<double> numberOf(const ordered_json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number())
        return std::nullopt;
    const auto value = found->get<double>();
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// The objects in the list of that name.
std::vector<const ordered_json*> entries(const ordered_json& root, const char* key) {
    std::vector<const ordered_json*> found;
    const auto list = root.find(key);
    if (list == root.end() || !list->is_array())
        return found;
    for (const ordered_json& entry : *list)
        if (entry.is_object() && found.size() < kMostNotes)
            found.push_back(&entry);
    return found;
}

std::string why() {
    return std::strerror(errno); // NOLINT(concurrency-mt-unsafe): glibc's is safe
}

} // namespace

fs::path notesFile(const fs::path& session) {
    return session.string() + ".notes.json";
}

Result<Notes> parseNotes(std::string_view text) {
    const auto root = ordered_json::parse(text, nullptr, false);
    if (!root.is_object() || textOf(root, "format") != kFormat)
        return fail(ErrorCode::Malformed, "it holds no notes of Rankscope");
    const auto version = numberOf(root, "version");
    if (!version || *version < 1)
        return fail(ErrorCode::Malformed, "its notes have no version");
    if (*version > kVersion)
        return fail(ErrorCode::Unsupported, "its notes are of a newer version of Rankscope");
    Notes notes;
    for (const ordered_json* entry : entries(root, "notes")) {
        const auto step = numberOf(*entry, "step");
        std::string words = textOf(*entry, "text");
        if (step && *step >= 0 && !words.empty())
            notes.notes.push_back({*step, std::move(words)});
    }
    std::stable_sort(notes.notes.begin(), notes.notes.end(),
                     [](const Note& a, const Note& b) { return a.step < b.step; });
    for (const ordered_json* entry : entries(root, "references")) {
        const auto value = numberOf(*entry, "value");
        std::string panel = textOf(*entry, "panel");
        if (value && !panel.empty())
            notes.references.push_back({std::move(panel), *value, textOf(*entry, "label")});
    }
    return notes;
}

std::string notesText(const Notes& notes) {
    ordered_json root{{"format", kFormat}, {"version", kVersion}};
    auto& list = root["notes"] = ordered_json::array();
    for (const Note& note : notes.notes)
        list.push_back({{"step", note.step}, {"text", oneLine(note.text)}});
    auto& references = root["references"] = ordered_json::array();
    for (const ReferenceValue& reference : notes.references)
        references.push_back({{"panel", reference.panel},
                              {"value", reference.value},
                              {"label", oneLine(reference.label)}});
    return root.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<Notes> readNotes(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error == std::errc::no_such_file_or_directory)
        return Notes{};
    if (!error && size > kLargestNotes)
        return fail(ErrorCode::Malformed, file.string() + ": too large to be notes",
                    "move it away to write notes again");
    std::string text(error ? 0 : size, '\0');
    std::ifstream in(file, std::ios::binary);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (error || !in)
        return fail(ErrorCode::Io, "cannot read " + file.string(),
                    "give yourself the permission to read it");
    auto notes = parseNotes(text);
    if (notes)
        return notes;
    return fail(notes.error().code, file.string() + ": " + notes.error().what,
                notes.error().code == ErrorCode::Unsupported
                    ? "notes that you write now last as long as this window"
                    : "move it away to write notes again");
}

Result<void> writeNotes(const fs::path& file, const Notes& notes) {
    const std::string advice = "copy the session to a folder that you may write to, and open it "
                               "there; until then the notes last as long as this window";
    std::error_code error;
    if (notes.empty()) {
        fs::remove(file, error);
        if (error)
            return fail(ErrorCode::Io, "cannot remove " + file.string() + ": " + error.message(),
                        advice);
        return {};
    }
    const fs::path fresh = file.string() + "." + std::to_string(getpid()) + ".new";
    {
        std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
        out << notesText(notes);
        out.flush();
        if (!out) {
            auto failure = fail(ErrorCode::Io,
                                "cannot write notes to " + file.string() + ": " + why(), advice);
            fs::remove(fresh, error);
            return failure;
        }
    }
    fs::rename(fresh, file, error);
    if (!error)
        return {};
    const std::string reason = error.message();
    fs::remove(fresh, error);
    return fail(ErrorCode::Io, "cannot write notes to " + file.string() + ": " + reason, advice);
}

} // namespace rankscope::engine
