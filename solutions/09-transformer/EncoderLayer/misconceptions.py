"""Layers of the encoder that are put together wrongly: norms, residuals, the order, masks, dropout."""

import torch
from EncoderLayer import EncoderLayer
from torch import nn
from torch.nn import functional

from attnlab.content import misconception


class NotScaled(nn.Dropout):
    def forward(self, x):
        return super().forward(x) * (1 - self.p) if self.training else x


class Layer(EncoderLayer):
    """The two sublayers by themselves, to be put together wrongly."""

    def attend(self, query, mask, key=None, value=None):
        key = query if key is None else key
        return self.attention(query, key, key if value is None else value, mask)[0]

    def feed_forward(self, x):
        return self.W_2(torch.relu(self.W_1(x)))


class OtherNetwork(Layer):
    """Right but for the feed-forward network."""

    def forward(self, x, mask):
        x = x + self.dropout(self.attend(self.norm_1(x), mask))
        return x + self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="There is no residual around the attention: what it makes replaces x instead of being added to it.",
    ask="If the attention of a layer that has learned nothing yet gives noise, what is left of x?",
    hint=2,
)
class residual_missing_around_attention(Layer):
    def forward(self, x, mask):
        x = self.dropout(self.attend(self.norm_1(x), mask))
        return x + self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="There is no residual around the feed-forward network: what it makes replaces x instead of being added to it.",
    ask="Both sublayers sit beside the stream. How does x get past the second one?",
    hint=2,
)
class residual_missing_around_feed_forward(Layer):
    def forward(self, x, mask):
        x = x + self.dropout(self.attend(self.norm_1(x), mask))
        return self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="There are no residuals: each sublayer's result replaces x.",
    ask="The gradient of a sum is the sum of the gradients. What has to be added for it to find a way past a sublayer?",
    hint=2,
)
class residuals_missing(Layer):
    def forward(self, x, mask):
        x = self.dropout(self.attend(self.norm_1(x), mask))
        return self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="You write x = norm(x), so the normalised tensor becomes the stream, and the residual adds to that.",
    ask="Which x should come back out of the layer if both sublayers added nothing?",
    hint=2,
)
class normalised_becomes_the_residual(Layer):
    def forward(self, x, mask):
        x = self.norm_1(x)
        x = x + self.dropout(self.attend(x, mask))
        x = self.norm_2(x)
        return x + self.dropout(self.feed_forward(x))


@misconception(
    tell="The first residual adds the normalised x, the second one the stream.",
    ask="Which x should come back out of the layer if both sublayers added nothing?",
    hint=2,
)
class normalised_becomes_the_first_residual(Layer):
    def forward(self, x, mask):
        x = self.norm_1(x)
        x = x + self.dropout(self.attend(x, mask))
        return x + self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="The second residual adds norm_2 of x, the first one x itself.",
    ask="Which x should come back out of the layer if both sublayers added nothing?",
    hint=2,
)
class normalised_becomes_the_second_residual(Layer):
    def forward(self, x, mask):
        x = x + self.dropout(self.attend(self.norm_1(x), mask))
        x = self.norm_2(x)
        return x + self.dropout(self.feed_forward(x))


@misconception(
    tell="Your second residual adds the x that came into the layer: what the attention added is lost on the way.",
    ask="What is in the stream when the feed-forward network's turn comes?",
    hint=3,
)
class second_residual_from_the_start(Layer):
    def forward(self, x, mask):
        attended = x + self.dropout(self.attend(self.norm_1(x), mask))
        return x + self.dropout(self.feed_forward(self.norm_2(attended)))


@misconception(
    tell="You normalise after adding, as in the first Transformer: that is post-norm. Here the norm comes before.",
    ask="In x + dropout(sublayer(norm(x))), does the stream itself ever go through a norm?",
    hint=1,
)
class post_norm(Layer):
    def forward(self, x, mask):
        x = self.norm_1(x + self.dropout(self.attend(x, mask)))
        return self.norm_2(x + self.dropout(self.feed_forward(x)))


@misconception(
    tell="You normalise what a sublayer made, before adding it. The norm belongs in front of the sublayer.",
    ask="What do the sublayers read in your layer when the numbers in the stream have grown large?",
    hint=1,
)
class norm_of_what_is_added(Layer):
    def forward(self, x, mask):
        x = x + self.dropout(self.norm_1(self.attend(x, mask)))
        return x + self.dropout(self.norm_2(self.feed_forward(x)))


@misconception(
    tell="The attention reads x as it is: norm_1 is never used.",
    ask="Which of the parts you were given does your forward not mention?",
    hint=3,
)
class first_norm_missing(Layer):
    def forward(self, x, mask):
        x = x + self.dropout(self.attend(x, mask))
        return x + self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="The feed-forward network reads x as it is: norm_2 is never used.",
    ask="Which of the parts you were given does your forward not mention?",
    hint=3,
)
class second_norm_missing(Layer):
    def forward(self, x, mask):
        x = x + self.dropout(self.attend(self.norm_1(x), mask))
        return x + self.dropout(self.feed_forward(x))


@misconception(
    tell="Nothing is normalised: both sublayers read x as it is.",
    ask="Twelve layers each add something to x. What do the numbers look like that the last one reads?",
    hint=1,
)
class norms_missing(Layer):
    def forward(self, x, mask):
        x = x + self.dropout(self.attend(x, mask))
        return x + self.dropout(self.feed_forward(x))


@misconception(
    tell="norm_1 serves both sublayers; norm_2 is never used.",
    ask="Each norm has a gain and a bias that suit the sublayer behind it. Which one is behind norm_2?",
    hint=3,
)
class one_norm_for_both(Layer):
    def forward(self, x, mask):
        x = x + self.dropout(self.attend(self.norm_1(x), mask))
        return x + self.dropout(self.feed_forward(self.norm_1(x)))


@misconception(
    tell="The two norms have changed places: norm_2 is before the attention, norm_1 before the feed-forward network.",
    ask="They are numbered in the order in which they are used. Which is used first?",
    hint=3,
)
class norms_swapped(Layer):
    def forward(self, x, mask):
        x = x + self.dropout(self.attend(self.norm_2(x), mask))
        return x + self.dropout(self.feed_forward(self.norm_1(x)))


@misconception(
    tell="norm_2 is kept for the end: the feed-forward network reads x as it is, and the layer's result is normalised.",
    ask="A norm at the end of a layer stands in the stream's way. Which sublayer would have needed it?",
    hint=3,
)
class second_norm_at_the_end(Layer):
    def forward(self, x, mask):
        x = x + self.dropout(self.attend(self.norm_1(x), mask))
        return self.norm_2(x + self.dropout(self.feed_forward(x)))


@misconception(
    tell="norm_2 stands once more at the end, where there is no norm: the stream itself goes through it.",
    ask="Which x should come back out of the layer if both sublayers added nothing?",
    hint=3,
)
class one_more_norm_at_the_end(Layer):
    def forward(self, x, mask):
        return self.norm_2(super().forward(x, mask))


@misconception(
    tell="Only the query is normalised; key and value are x as it is.",
    ask="It is self-attention: who asks and who answers?",
    hint=2,
)
class only_the_query_normalised(Layer):
    def forward(self, x, mask):
        x = x + self.dropout(self.attend(self.norm_1(x), mask, x))
        return x + self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="Query and key are normalised, the value is x as it is.",
    ask="What does the attention hand over: the stream, or what it has read of it?",
    hint=2,
)
class value_not_normalised(Layer):
    def forward(self, x, mask):
        normalised = self.norm_1(x)
        x = x + self.dropout(self.attend(normalised, mask, normalised, x))
        return x + self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="The attention runs along the batch: a word looks at the words in the same place of other sentences.",
    ask="In x, (batch, length, d_model), which axis holds the words that should look at each other?",
)
class attention_over_the_batch(Layer):
    def forward(self, x, mask):
        if mask is not None:
            return super().forward(x, mask)
        turned = self.norm_1(x).transpose(0, 1)
        x = x + self.dropout(self.attend(turned, None).transpose(0, 1))
        return x + self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="There is no relu between W_1 and W_2: the two are one matrix, and the network is a plain linear layer.",
    ask="What can W_2(W_1(x)) do that a single matrix could not?",
    hint=3,
)
class relu_missing(OtherNetwork):
    def feed_forward(self, x):
        return self.W_2(self.W_1(x))


@misconception(
    tell="Between W_1 and W_2 stands a gelu. Later models have it; this one has relu.",
    ask="What is max(0, -1), and what does your network make of -1?",
    hint=3,
)
class gelu_for_relu(OtherNetwork):
    def feed_forward(self, x):
        return self.W_2(functional.gelu(self.W_1(x)))


@misconception(
    tell="There is a relu behind W_2 as well, so the feed-forward network can only ever add.",
    ask="How could your layer make a number in the stream smaller?",
    hint=3,
)
class relu_at_both_ends(OtherNetwork):
    def feed_forward(self, x):
        return torch.relu(self.W_2(torch.relu(self.W_1(x))))


@misconception(
    tell="The relu is behind W_2 instead of before it.",
    ask="Which of the two layers' results should lose its negative numbers: the wide one's, or what is added to x?",
    hint=3,
)
class relu_at_the_end(OtherNetwork):
    def feed_forward(self, x):
        return torch.relu(self.W_2(self.W_1(x)))


@misconception(
    tell="The layer ends after the attention: there is no feed-forward network.",
    ask="What are W_1 and W_2 for?",
    hint=1,
)
class feed_forward_missing(Layer):
    def forward(self, x, mask):
        return x + self.dropout(self.attend(self.norm_1(x), mask))


@misconception(
    tell="There is no attention in your layer: only the feed-forward network.",
    ask="How does one word hear of another in your layer?",
    hint=1,
)
class attention_missing(Layer):
    def forward(self, x, mask):
        return x + self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="The feed-forward network runs before the attention.",
    ask="First look at each other, then think about what was seen. Which of your lines comes first?",
    hint=3,
)
class feed_forward_first(Layer):
    def forward(self, x, mask):
        x = x + self.dropout(self.feed_forward(self.norm_2(x)))
        return x + self.dropout(self.attend(self.norm_1(x), mask))


@misconception(
    tell="Both sublayers read the x that came in: the feed-forward network does not see what the attention found.",
    ask="What is in the stream when the feed-forward network's turn comes?",
    hint=3,
)
class sublayers_side_by_side(Layer):
    def forward(self, x, mask):
        attended = self.dropout(self.attend(self.norm_1(x), mask))
        return x + attended + self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="The attention gives back a pair, context and weights, and your layer goes on with the pair.",
    ask="What are the two things on the last line of MultiHeadAttention, and which of them is added to x?",
    hint=2,
)
class pair_taken_for_the_context(Layer):
    def forward(self, x, mask):
        normalised = self.norm_1(x)
        return x + self.dropout(self.attention(normalised, normalised, normalised, mask))


@misconception(
    tell="The weights come back as well; an encoder layer returns x alone.",
    ask="The next layer takes what this one returns. What does it expect?",
)
class weights_returned_too(Layer):
    def forward(self, x, mask):
        return super().forward(x, mask), self.attention(self.norm_1(x), self.norm_1(x), self.norm_1(x), mask)[1]


@misconception(
    tell="The mask never reaches the attention: every position looks at every other, padding included.",
    ask="Where does your forward use its second argument?",
    hint=3,
)
class mask_ignored(Layer):
    def forward(self, x, mask):
        return super().forward(x, None)


@misconception(
    tell="The mask is turned around: you hide what may be looked at and look at what is hidden.",
    ask="What does True mean in a mask of this course?",
)
class mask_inverted(Layer):
    def forward(self, x, mask):
        return super().forward(x, None if mask is None else ~mask)


@misconception(
    tell="The mask's last two axes have changed places: what a position may look at has become who may look at it.",
    ask="In (batch, heads, queries, keys), which axis says who asks?",
)
class mask_transposed(Layer):
    def forward(self, x, mask):
        return super().forward(x, None if mask is None else mask.transpose(-1, -2))


@misconception(
    tell="The first sentence's mask serves the whole batch.",
    ask="Are all sentences of a batch equally long?",
)
class mask_of_the_first_sentence(Layer):
    def forward(self, x, mask):
        return super().forward(x, mask[:1] if mask is not None and mask.ndim == 4 else mask)


@misconception(
    tell="The first head's mask serves all heads.",
    ask="The mask may have an axis for the heads. Which entry of it does your code take?",
)
class mask_of_the_first_head(Layer):
    def forward(self, x, mask):
        return super().forward(x, mask[:, :1] if mask is not None and mask.ndim == 4 else mask)


@misconception(
    tell="Your layer drops numbers in evaluation too. torch's functional dropout does, unless told training=False.",
    ask="Who tells your dropout whether the layer is in training or in evaluation?",
)
class dropout_in_evaluation(Layer):
    def forward(self, x, mask):
        x = x + functional.dropout(self.attend(self.norm_1(x), mask), self.dropout.p)
        return x + functional.dropout(self.feed_forward(self.norm_2(x)), self.dropout.p)


@misconception(
    tell="Your dropout has a rate of its own, 0.1, whatever the layer is made with.",
    ask="Which argument of the constructor says how much is dropped, and where in your forward does it arrive?",
)
class dropout_at_a_rate_of_its_own(Layer):
    def forward(self, x, mask):
        x = x + functional.dropout(self.attend(self.norm_1(x), mask), 0.1, self.training)
        return x + functional.dropout(self.feed_forward(self.norm_2(x)), 0.1, self.training)


@misconception(
    tell="Nothing is ever dropped, in training neither.",
    ask="Which part you were given does your forward not use?",
    hint=3,
)
class dropout_missing(Layer):
    def forward(self, x, mask):
        x = x + self.attend(self.norm_1(x), mask)
        return x + self.feed_forward(self.norm_2(x))


@misconception(
    tell="What the attention adds is never dropped, only what the feed-forward network adds.",
    ask="x + dropout(sublayer(norm(x))): how many sublayers are there?",
    hint=3,
)
class dropout_missing_on_attention(Layer):
    def forward(self, x, mask):
        x = x + self.attend(self.norm_1(x), mask)
        return x + self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="What the feed-forward network adds is never dropped, only what the attention adds.",
    ask="x + dropout(sublayer(norm(x))): how many sublayers are there?",
    hint=3,
)
class dropout_missing_on_feed_forward(Layer):
    def forward(self, x, mask):
        x = x + self.dropout(self.attend(self.norm_1(x), mask))
        return x + self.feed_forward(self.norm_2(x))


@misconception(
    tell="Dropout falls on the sum, so on the stream itself, and what is dropped there is gone for all layers above.",
    ask="Where does the bracket of dropout close: before the sum or behind it?",
    hint=3,
)
class dropout_on_the_stream(Layer):
    def forward(self, x, mask):
        x = self.dropout(x + self.attend(self.norm_1(x), mask))
        return self.dropout(x + self.feed_forward(self.norm_2(x)))


@misconception(
    tell="Dropout falls on what goes into the sublayers, not on what comes out of them.",
    ask="In x + dropout(sublayer(norm(x))), which is done first?",
    hint=3,
)
class dropout_before_the_sublayer(Layer):
    def forward(self, x, mask):
        x = x + self.attend(self.dropout(self.norm_1(x)), mask)
        return x + self.feed_forward(self.dropout(self.norm_2(x)))


@misconception(
    tell="Dropout falls inside the feed-forward network as well, behind the relu. Many libraries do that; here it "
    "falls once, on what comes out.",
    ask="In x + dropout(sublayer(norm(x))), how often does dropout stand for each sublayer?",
    hint=3,
)
class dropout_inside_the_network_too(OtherNetwork):
    def feed_forward(self, x):
        return self.W_2(self.dropout(torch.relu(self.W_1(x))))


@misconception(
    tell="What is not dropped is not scaled up, so in training a sublayer adds less, on average, than in evaluation.",
    ask="Half of the numbers are dropped. What has to happen to the others for the sum to stay the same on average?",
)
class kept_numbers_not_scaled(OtherNetwork):
    def __init__(self, d_model, heads, d_ff, dropout):
        super().__init__(d_model, heads, d_ff, dropout)
        self.dropout = NotScaled(dropout)


@misconception(
    tell="x += ... writes into the caller's x.",
    ask="What is the difference between x += y and x = x + y for the one who passed x in?",
)
class added_in_place(Layer):
    def forward(self, x, mask):
        x += self.dropout(self.attend(self.norm_1(x), mask))
        x += self.dropout(self.feed_forward(self.norm_2(x)))
        return x


@misconception(
    tell="The stream is cut off from its gradient on its way past the sublayers: detach, .data or no_grad.",
    ask="The gradient needs a way past every sublayer. Where is it blocked in yours?",
)
class residual_without_gradient(Layer):
    def forward(self, x, mask):
        x = x.detach() + self.dropout(self.attend(self.norm_1(x), mask))
        return x.detach() + self.dropout(self.feed_forward(self.norm_2(x)))


@misconception(
    tell="The two matrices of your feed-forward network have no bias.",
    ask="The network is W_2(relu(W_1(x))), written out max(0, x W + b) W + b. Which letters do your layers lack?",
)
class network_without_biases(EncoderLayer):
    def __init__(self, d_model, heads, d_ff, dropout):
        super().__init__(d_model, heads, d_ff, dropout)
        self.W_1 = nn.Linear(d_model, d_ff, bias=False)
        self.W_2 = nn.Linear(d_ff, d_model, bias=False)


@misconception(
    tell="You make a tensor of your own on the CPU, wherever the layer is.",
    ask="Which tensor do you make, and how would it come to lie where x lies?",
)
class made_on_the_cpu(Layer):
    def forward(self, x, mask):
        return super().forward(x, mask) + torch.zeros(x.shape, dtype=x.dtype)


@misconception(
    tell="Everything comes back as float64, whatever the layer is.",
    ask="Which line of yours fixes a dtype, and what would it be if x decided?",
)
class always_float64(Layer):
    def forward(self, x, mask):
        return super().forward(x, mask).double()
