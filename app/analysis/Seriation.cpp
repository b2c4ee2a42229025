// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/Seriation.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace rankscope::analysis {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;
using Eigen::VectorXd;
using Eigen::VectorXf;
using Order = std::vector<Index>;

constexpr Index kKrylov = 32; ///< steps of Lanczos; the order needs few digits
constexpr int kLevels = 3;    ///< how often a part is divided again
constexpr double kClean = 3;  ///< a gap of so many mean gaps sets two parts apart

std::vector<std::size_t> withCosines(const CosineMatrix& matrix) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < matrix.ranks.size(); ++i)
        for (std::size_t j = 0; j < matrix.ranks.size(); ++j)
            if (i != j && std::isfinite(matrix.at(i, j))) {
                found.push_back(i);
                break;
            }
    return found;
}

/// Every rank's cosines with the others, as columns. An unknown one is the mean of the known ones,
/// and a rank is as like itself as its likest. Each row's mean over the ranks is taken off.
MatrixXf profiles(const CosineMatrix& matrix, const std::vector<std::size_t>& ranks) {
    const auto n = static_cast<Index>(ranks.size());
    MatrixXf profile(n, n);
    for (Index i = 0; i < n; ++i) {
        double sum = 0, most = -1;
        int known = 0;
        for (Index j = 0; j < n; ++j) {
            const double cosine =
                matrix.at(ranks[static_cast<std::size_t>(i)], ranks[static_cast<std::size_t>(j)]);
            profile(j, i) = static_cast<float>(cosine);
            if (i == j || !std::isfinite(cosine))
                continue;
            sum += cosine;
            most = std::max(most, cosine);
            ++known;
        }
        for (Index j = 0; j < n; ++j)
            if (!std::isfinite(profile(j, i)))
                profile(j, i) = known > 0 ? static_cast<float>(sum / known) : 0;
        profile(i, i) = static_cast<float>(most);
    }
    profile.colwise() -= VectorXf(profile.rowwise().mean());
    return profile;
}

/// exp(-d^2 / s) of the distances d between profiles; s is twice the mean over the ranks of d^2 to
/// the nearest other, so that clusters hardly touch each other.
MatrixXf likeness(const MatrixXf& profile) {
    const Index n = profile.cols();
    MatrixXf square = MatrixXf::Zero(n, n);
    const auto size = static_cast<int>(n);
    cblas_ssyrk(CblasColMajor, CblasLower, CblasTrans, size, size, 1.0F, profile.data(), size, 0.0F,
                square.data(), size);
    const VectorXf norm = square.diagonal();
    square.triangularView<Eigen::StrictlyUpper>() = square.transpose();
    float nearest = 0;
    for (Index j = 0; j < n; ++j) {
        square.col(j) = (norm.array() + norm(j) - 2 * square.col(j).array()).max(0.0F);
        square(j, j) = std::numeric_limits<float>::max();
        nearest += square.col(j).minCoeff() / static_cast<float>(n);
        square(j, j) = 0;
    }
    return (square.array() / -std::max(2 * nearest, 1e-20F)).exp();
}

/// The eigenvector of the graph's Laplacian D - W with the least eigenvalue but 0, by Lanczos with
/// full reorthogonalisation in the space of vectors whose sum is 0.
VectorXd fiedler(const MatrixXf& weight) {
    const Index n = weight.cols();
    const VectorXf degree = weight.rowwise().sum();
    const Index steps = std::min(kKrylov, n - 1);
    Eigen::MatrixXd basis(n, steps);
    VectorXd alpha(steps), beta(steps);
    std::minstd_rand random; // the same start every time
    VectorXd v(n);
    for (double& x : v)
        x = static_cast<double>(random()) / static_cast<double>(std::minstd_rand::max());
    v.array() -= v.mean();
    v.normalize();
    Index used = 0;
    while (used < steps) {
        basis.col(used) = v;
        const VectorXf single = v.cast<float>();
        VectorXf image = degree.cwiseProduct(single);
        const auto size = static_cast<int>(n);
        cblas_sgemv(CblasColMajor, CblasNoTrans, size, size, -1.0F, weight.data(), size,
                    single.data(), 1, 1.0F, image.data(), 1);
        VectorXd next = image.cast<double>();
        alpha(used) = v.dot(next);
        ++used;
        for (int twice = 0; twice < 2; ++twice) {
            next.array() -= next.mean();
            next -= basis.leftCols(used) * (basis.leftCols(used).transpose() * next);
        }
        const double length = next.norm();
        if (used == steps || length < 1e-5 * static_cast<double>(degree.maxCoeff()))
            break;
        beta(used - 1) = length;
        v = next / length;
    }
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> small;
    small.computeFromTridiagonal(alpha.head(used), beta.head(used - 1));
    return basis.leftCols(used) * small.eigenvectors().col(0);
}

MatrixXf part(const MatrixXf& weight, const Order& members) {
    const auto n = static_cast<Index>(members.size());
    MatrixXf result(n, n);
    for (Index j = 0; j < n; ++j)
        for (Index i = 0; i < n; ++i)
            result(i, j) =
                weight(members[static_cast<std::size_t>(i)], members[static_cast<std::size_t>(j)]);
    return result;
}

/// Clusters can have nearly equal places in one vector; within a part that a clean gap sets apart
/// they are told from each other by that part's own vector.
Order ordered(const MatrixXf& weight, int levels) {
    const auto n = static_cast<std::size_t>(weight.cols());
    Order order(n);
    std::iota(order.begin(), order.end(), Index{0});
    if (n < 3)
        return order;
    const VectorXd place = fiedler(weight);
    std::stable_sort(order.begin(), order.end(),
                     [&](Index a, Index b) { return place(a) < place(b); });
    const double gap =
        kClean * (place(order.back()) - place(order.front())) / static_cast<double>(n - 1);
    if (levels == 0 || gap <= 0)
        return order;
    Order result;
    std::size_t begin = 0;
    for (std::size_t end = 1; end <= n; ++end) {
        if (end < n && place(order[end]) - place(order[end - 1]) <= gap)
            continue;
        const auto at = [&](std::size_t i) {
            return order.begin() + static_cast<std::ptrdiff_t>(i);
        };
        const Order members(at(begin), at(end));
        if (members.size() < n)
            for (const Index i : ordered(part(weight, members), levels - 1))
                result.push_back(members[static_cast<std::size_t>(i)]);
        else
            result = members;
        begin = end;
    }
    return result;
}

} // namespace

std::vector<std::size_t> similarityOrder(const CosineMatrix& matrix) {
    const std::vector<std::size_t> known = withCosines(matrix);
    std::vector<std::size_t> result;
    if (known.size() > 2)
        for (const Index i : ordered(likeness(profiles(matrix, known)), kLevels))
            result.push_back(known[static_cast<std::size_t>(i)]);
    else
        result = known;
    if (!result.empty() && result.front() > result.back())
        std::reverse(result.begin(), result.end());
    for (std::size_t i = 0; i < matrix.ranks.size(); ++i)
        if (!std::binary_search(known.begin(), known.end(), i))
            result.push_back(i);
    return result;
}

} // namespace rankscope::analysis
